-- What happened, numbered per tenant after commit; the log outlives what it speaks of, so it has no foreign keys and no text.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE events(
  tenant_id text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  conversation_id uuid,
  ticket_id uuid,
  payload jsonb NOT NULL DEFAULT '{}',  -- ours alone: ids, labels, numbers
  traceparent text,
  tseq bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, tseq));
CREATE INDEX events_unnumbered ON events(id) WHERE tseq IS NULL;

CREATE TABLE tenant_streams(
  tenant_id text PRIMARY KEY,
  last_tseq bigint NOT NULL DEFAULT 0);

CREATE TABLE stream_state(         -- one row: the history that all sequences count in
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch uuid NOT NULL,
  system_identifier bigint NOT NULL,
  timeline int NOT NULL);

CALL wall('events', 'SELECT, INSERT');
CALL wall('tenant_streams', 'SELECT');
ALTER TABLE stream_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE stream_state FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON stream_state FOR SELECT TO tickets_app USING (true);
CREATE POLICY sequencer ON stream_state TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT ON stream_state TO tickets_app;
GRANT SELECT, INSERT, UPDATE ON stream_state TO tickets_sched;
