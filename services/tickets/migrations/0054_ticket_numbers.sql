-- A case gets its number when its transaction ends, not when it is opened: numbers are dense, so whoever takes one holds up every
-- other case of the tenant until the commit. The counter has a row of its own; the tenant's is written by its admins alone.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE ticket_numbers(
  tenant_id text PRIMARY KEY REFERENCES tenants(tenant_id),
  last_number int NOT NULL);
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
INSERT INTO ticket_numbers SELECT tenant_id, last_ticket_number FROM tenants WHERE last_ticket_number > 0;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CALL wall('ticket_numbers', 'SELECT, INSERT, UPDATE');

ALTER TABLE tickets ALTER number DROP NOT NULL,  -- until the commit
  ADD COLUMN opened_event bigint;                -- the event that tells of it, and shall tell its number

CREATE FUNCTION next_ticket_number(p_tenant text) RETURNS int LANGUAGE sql SET search_path = tickets, pg_temp AS $$
  INSERT INTO ticket_numbers AS n VALUES (p_tenant, 1) ON CONFLICT (tenant_id) DO UPDATE SET last_number = n.last_number + 1
  RETURNING last_number $$;

CREATE POLICY sched ON ticket_numbers TO tickets_sched USING (true) WITH CHECK (true);
CREATE POLICY sched ON tickets TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON ticket_numbers TO tickets_sched;
GRANT SELECT (id, tenant_id, opened_event), UPDATE (number) ON tickets TO tickets_sched;
GRANT SELECT (payload), UPDATE (payload) ON events TO tickets_sched;

CREATE FUNCTION number_ticket() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE given int := next_ticket_number(NEW.tenant_id); told bigint;
BEGIN
  UPDATE tickets SET number = given WHERE id = NEW.id RETURNING opened_event INTO told;
  UPDATE events SET payload = payload || jsonb_build_object('number', given) WHERE id = told;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER numbered AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION number_ticket();

-- The release before counts in the tenant's row: while both run, it gets its numbers here.
CREATE FUNCTION count_tickets_in_one_place() RETURNS trigger LANGUAGE plpgsql SET search_path = tickets, pg_temp AS $$
BEGIN
  NEW.last_ticket_number := next_ticket_number(NEW.tenant_id);
  RETURN NEW;
END $$;
CREATE TRIGGER counted BEFORE UPDATE OF last_ticket_number ON tenants FOR EACH ROW EXECUTE FUNCTION count_tickets_in_one_place();

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.number_ticket OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.number_ticket, tickets.next_ticket_number FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.number_ticket TO tickets_app;
GRANT EXECUTE ON FUNCTION tickets.next_ticket_number TO tickets_app, tickets_sched;
