-- What is promised: calendars, policies, and a clock a promise; which moments are next, and what customers thought of it.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE calendars(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  definition bytea NOT NULL,       -- the contract's Calendar, checked
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id));
CREATE INDEX calendars_page ON calendars(tenant_id, created_at DESC, id);

CREATE TABLE sla_policies(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  position int NOT NULL,
  definition bytea NOT NULL,       -- the contract's SlaPolicy, checked
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  UNIQUE (tenant_id, id));
CREATE INDEX sla_policies_in_order ON sla_policies(tenant_id, position, created_at) WHERE deleted_at IS NULL;

CREATE TABLE sla_clocks(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  ticket_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('first_response', 'next_response', 'resolution')),
  target interval NOT NULL CHECK (target > '0'),
  started_at timestamptz NOT NULL,
  warn_percent int NOT NULL,
  policy_id uuid,
  calendar_id uuid,
  for_anyone boolean NOT NULL DEFAULT false,
  used interval NOT NULL DEFAULT '0' CHECK (used >= '0'),
  running_since timestamptz,
  at_risk_at timestamptz,
  due_at timestamptz,
  alarm_at timestamptz,            -- the next instant at which something is to be told; null: nothing is
  warned_at timestamptz,
  breached_at timestamptz,
  stopped_at timestamptz,
  stopped_by uuid,                 -- the answer that did
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'met', 'late', 'cancelled')),
  CHECK ((stopped_at IS NULL) = (outcome = '')),
  CHECK (running_since IS NULL OR stopped_at IS NULL),
  CHECK (alarm_at IS NULL OR running_since IS NOT NULL),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets(tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id),
  FOREIGN KEY (tenant_id, policy_id) REFERENCES sla_policies(tenant_id, id),
  FOREIGN KEY (tenant_id, calendar_id) REFERENCES calendars(tenant_id, id)
) WITH (fillfactor = 70);
CREATE INDEX sla_clocks_alarm ON sla_clocks(alarm_at) WHERE alarm_at IS NOT NULL;
CREATE INDEX sla_clocks_ticket ON sla_clocks(ticket_id, started_at);
-- A first response and a resolution are promised once a case; one wait is measured by one clock.
CREATE UNIQUE INDEX one_clock_a_promise ON sla_clocks(ticket_id, kind) WHERE kind <> 'next_response';
CREATE INDEX sla_clocks_stopped_by ON sla_clocks(stopped_by) WHERE stopped_by IS NOT NULL;
CREATE INDEX sla_clocks_calendar ON sla_clocks(calendar_id) WHERE running_since IS NOT NULL;
CREATE INDEX sla_clocks_policy ON sla_clocks(policy_id) WHERE stopped_at IS NULL;
ALTER TABLE tickets ADD COLUMN released boolean NOT NULL DEFAULT false;  -- a person gave the conversation back: the machine's answers count

CREATE TABLE ratings(              -- one a resolution: the last one given within a week of it
  tenant_id text NOT NULL,
  conversation_id uuid NOT NULL,
  resolved_at timestamptz NOT NULL,
  rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
  rated_at timestamptz NOT NULL,
  PRIMARY KEY (conversation_id, resolved_at),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id));

CALL wall('calendars', 'SELECT, INSERT, UPDATE');
CALL wall('sla_policies', 'SELECT, INSERT, UPDATE');
CALL wall('sla_clocks', 'SELECT, INSERT, UPDATE');
CALL wall('ratings', 'SELECT, INSERT, UPDATE');

-- Alarms of all tenants: whose, and what. Who fires one locks it and looks again, so two that see the same fire it once.
CREATE POLICY sched ON sla_clocks FOR SELECT TO tickets_sched USING (true);
CREATE POLICY sched ON conversations FOR SELECT TO tickets_sched USING (true);
GRANT SELECT (tenant_id, id, alarm_at) ON sla_clocks TO tickets_sched;
GRANT SELECT (tenant_id, id, snoozed_until) ON conversations TO tickets_sched;
CREATE FUNCTION due_alarms(p_n int) RETURNS TABLE(tenant_id text, clock_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT c.tenant_id, c.id FROM sla_clocks c WHERE c.alarm_at < clock_timestamp() ORDER BY c.alarm_at LIMIT p_n $$;
CREATE FUNCTION due_snoozes(p_n int) RETURNS TABLE(tenant_id text, conversation_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT c.tenant_id, c.id FROM conversations c WHERE c.snoozed_until < clock_timestamp() ORDER BY c.snoozed_until LIMIT p_n $$;
CREATE FUNCTION next_alarm() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT least((SELECT min(alarm_at) FROM sla_clocks), (SELECT min(snoozed_until) FROM conversations)) $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.due_alarms OWNER TO tickets_sched;
ALTER FUNCTION tickets.due_snoozes OWNER TO tickets_sched;
ALTER FUNCTION tickets.next_alarm OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.due_alarms, tickets.due_snoozes, tickets.next_alarm FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.due_alarms, tickets.due_snoozes, tickets.next_alarm TO tickets_app;
