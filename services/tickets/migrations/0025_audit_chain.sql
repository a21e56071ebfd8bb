-- Each entry of a tenant's audit log has a number and a hash over the one before it: what is changed or missing shows.
-- And answered requests are forgotten after a day.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

ALTER TABLE audit_log ADD COLUMN number int, ADD COLUMN chain bytea;
CREATE UNIQUE INDEX audit_log_chain ON audit_log(tenant_id, number);

-- As whoever inserts, behind the wall: it sees that tenant's entries and no others.
CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = tickets, pg_temp AS $$
DECLARE last record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_log ' || NEW.tenant_id, 0));
  SELECT a.number, a.chain INTO last FROM audit_log a
   WHERE a.tenant_id = NEW.tenant_id AND a.number IS NOT NULL ORDER BY a.number DESC LIMIT 1;
  NEW.number := coalesce(last.number, 0) + 1;
  NEW.chain := sha256(coalesce(last.chain, ''::bytea) || convert_to(
    concat_ws(E'\x1f', NEW.tenant_id, NEW.number, extract(epoch FROM NEW.at), NEW.actor, NEW.action, NEW.subject, NEW.detail,
    NEW.before, NEW.after), 'UTF8'));
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit();

CREATE POLICY sched ON request_ids TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, request_id, created_at), UPDATE (created_at), DELETE ON request_ids TO tickets_sched;

-- Crosses tenants; a few at a time, so that no lock is long. Answers how many.
CREATE FUNCTION forget_request_ids(p_age interval, p_n int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE gone int;
BEGIN
  DELETE FROM request_ids r USING (
    SELECT x.tenant_id, x.request_id FROM request_ids x WHERE x.created_at < now() - p_age
     ORDER BY x.created_at LIMIT p_n FOR UPDATE SKIP LOCKED) old
   WHERE r.tenant_id = old.tenant_id AND r.request_id = old.request_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.forget_request_ids OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION tickets.forget_request_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.forget_request_ids TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
