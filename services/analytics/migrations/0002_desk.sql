-- What the desk adds: clocks of every kind as the log tells them, handovers, ratings, whose answers, and open hours.
SET LOCAL ROLE analytics_owner;

ALTER TABLE conversations
  ADD COLUMN last_heard_at timestamptz,
  ADD COLUMN confirmed_at timestamptz,
  ADD COLUMN business_spent interval NOT NULL DEFAULT '0',
  ADD COLUMN business_since timestamptz,
  ADD COLUMN first_business interval;
ALTER TABLE responses
  ADD COLUMN agent_id text NOT NULL DEFAULT '',
  ADD COLUMN team_id text NOT NULL DEFAULT '',
  ADD COLUMN business interval NOT NULL DEFAULT '0',
  ADD COLUMN is_first boolean NOT NULL DEFAULT false;
CREATE INDEX responses_answered ON responses (tenant_id, generation, answered_at);
ALTER TABLE clocks
  ADD COLUMN kind text NOT NULL DEFAULT 'first_response',
  ADD COLUMN at_risk_at timestamptz,
  ADD COLUMN breached_at timestamptz,
  ADD COLUMN outcome text NOT NULL DEFAULT '',
  ADD COLUMN is_told boolean NOT NULL DEFAULT false,
  ALTER COLUMN due_at DROP NOT NULL;
CREATE INDEX clocks_breached ON clocks (tenant_id, generation, breached_at) WHERE breached_at IS NOT NULL;
CREATE INDEX clocks_at_risk ON clocks (tenant_id, generation, at_risk_at) WHERE stopped_at IS NULL;
CREATE INDEX conversations_waiting ON conversations (tenant_id, generation, waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE handovers (
  tenant_id       text        NOT NULL,
  generation      integer     NOT NULL,
  conversation_id text        NOT NULL,
  sequence        bigint      NOT NULL,
  asked_at        timestamptz NOT NULL,
  answered_at     timestamptz,
  business        interval    NOT NULL DEFAULT '0',
  PRIMARY KEY (tenant_id, generation, conversation_id, sequence),
  FOREIGN KEY (tenant_id, generation, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX handovers_answered ON handovers (tenant_id, generation, answered_at);

CREATE TABLE ratings (
  tenant_id       text        NOT NULL,
  generation      integer     NOT NULL,
  conversation_id text        NOT NULL,
  resolution      text        NOT NULL,
  rating          integer     NOT NULL CHECK (rating BETWEEN 1 AND 5),
  rated_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, generation, conversation_id, resolution),
  FOREIGN KEY (tenant_id, generation, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX ratings_given ON ratings (tenant_id, generation, rated_at);

-- Working hours, by when they came into force.
CREATE TABLE calendars (
  tenant_id  text        NOT NULL,
  generation integer     NOT NULL,
  since      timestamptz NOT NULL,
  sequence   bigint      NOT NULL,
  facts      jsonb       NOT NULL,
  PRIMARY KEY (tenant_id, generation, sequence),
  FOREIGN KEY (tenant_id, generation) REFERENCES cursors ON DELETE CASCADE
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['handovers', 'ratings', 'calendars']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO analytics_app
         USING (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))
         WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO analytics_app', name);
  END LOOP;
END $$;
