-- What a calendar said before it was edited, and until when: clocks count each span in the hours then in force, and are due
-- anew a batch at a time.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE calendar_eras(
  tenant_id text NOT NULL,
  calendar_id uuid NOT NULL,
  version int NOT NULL,
  until timestamptz NOT NULL,
  definition bytea NOT NULL,
  PRIMARY KEY (calendar_id, version),
  FOREIGN KEY (tenant_id, calendar_id) REFERENCES calendars(tenant_id, id));
CALL wall('calendar_eras', 'SELECT, INSERT');

ALTER TABLE calendars ADD COLUMN edited_at timestamptz;           -- null: every clock is due as it says
ALTER TABLE sla_clocks ADD COLUMN hours_version int NOT NULL DEFAULT 0;  -- of the calendar that it is due by
CREATE INDEX calendars_edited ON calendars(edited_at) WHERE edited_at IS NOT NULL;

CREATE POLICY sched ON calendars FOR SELECT TO tickets_sched USING (true);
GRANT SELECT (tenant_id, id, edited_at) ON calendars TO tickets_sched;
CREATE FUNCTION edited_calendars(p_n int) RETURNS TABLE(tenant_id text, calendar_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT c.tenant_id, c.id FROM calendars c WHERE c.edited_at IS NOT NULL ORDER BY c.edited_at LIMIT p_n $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.edited_calendars OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.edited_calendars FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.edited_calendars TO tickets_app;
