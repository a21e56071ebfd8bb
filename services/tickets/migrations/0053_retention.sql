-- What is kept for a time and then goes, a batch at a time, oldest first: a statement deletes few rows, all of them long out of use.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE INDEX inbound_keys_by_age ON inbound_keys(received_at);
CREATE POLICY sched ON inbound_keys TO tickets_sched USING (true);
GRANT SELECT (tenant_id, account_id, key, received_at), UPDATE (received_at), DELETE ON inbound_keys TO tickets_sched;  -- a lock asks for UPDATE
GRANT SELECT (created_at), DELETE ON events TO tickets_sched;

-- A key that is in use this moment (its message comes again, its person is erased) waits for the next round.
CREATE FUNCTION forget_inbound_keys(p_before timestamptz, p_n int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE gone int;
BEGIN
  DELETE FROM inbound_keys k USING (
    SELECT account_id, key FROM inbound_keys WHERE received_at < p_before
     ORDER BY received_at LIMIT p_n FOR UPDATE SKIP LOCKED) o
   WHERE k.account_id = o.account_id AND k.key = o.key;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- Of one tenant a call, from its lowest number on and never over an event that stays: what is left of a log has no gap.
CREATE FUNCTION forget_events(p_before timestamptz, p_n int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE whose text; gone int;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7332) THEN RETURN 0; END IF;
  SELECT s.tenant_id INTO whose FROM tenant_streams s
   WHERE p_before > (SELECT v.created_at FROM events v WHERE v.tenant_id = s.tenant_id AND v.tseq > 0 ORDER BY v.tseq LIMIT 1)
   ORDER BY s.tenant_id LIMIT 1;
  DELETE FROM events WHERE id IN (
    SELECT o.id FROM (
      SELECT v.id, bool_and(v.created_at < p_before) OVER (ORDER BY v.tseq) AS is_old FROM (
        SELECT id, tseq, created_at FROM events WHERE tenant_id = whose AND tseq > 0 ORDER BY tseq LIMIT p_n) v) o
     WHERE o.is_old);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.forget_inbound_keys OWNER TO tickets_sched;
ALTER FUNCTION tickets.forget_events OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.forget_inbound_keys, tickets.forget_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.forget_inbound_keys, tickets.forget_events TO tickets_app;
