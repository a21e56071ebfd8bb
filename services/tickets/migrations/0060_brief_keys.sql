-- A key that names an update of Telegram's, and no message, is kept for two days: its numbers begin anew after a quiet week.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

ALTER TABLE inbound_keys ADD COLUMN brief boolean NOT NULL DEFAULT false;
CREATE INDEX inbound_keys_brief ON inbound_keys(received_at) WHERE brief;
GRANT UPDATE (brief) ON inbound_keys TO tickets_app;
GRANT SELECT (brief) ON inbound_keys TO tickets_sched;

-- As `forget_inbound_keys`.
CREATE FUNCTION forget_brief_keys(p_before timestamptz, p_n int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE gone int;
BEGIN
  DELETE FROM inbound_keys k USING (
    SELECT account_id, key FROM inbound_keys WHERE brief AND received_at < p_before
     ORDER BY received_at LIMIT p_n FOR UPDATE SKIP LOCKED) o
   WHERE k.account_id = o.account_id AND k.key = o.key;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.forget_brief_keys OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.forget_brief_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.forget_brief_keys TO tickets_app;
