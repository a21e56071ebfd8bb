-- What the event log leaves behind: facts, counts by quarter of an hour, and how far they go.
-- Every row belongs to a generation; a rebuild writes the next one beside the one in use.
SET LOCAL ROLE analytics_owner;

CREATE TABLE cursors (
  tenant_id   text        NOT NULL,
  generation  integer     NOT NULL,
  is_live     boolean     NOT NULL,
  epoch       text        NOT NULL,
  sequence    bigint      NOT NULL,
  event_id    text        NOT NULL,
  occurred_at timestamptz,
  PRIMARY KEY (tenant_id, generation)
);
CREATE UNIQUE INDEX one_live_generation ON cursors (tenant_id) WHERE is_live;

CREATE TABLE conversations (
  tenant_id         text        NOT NULL,
  generation        integer     NOT NULL,
  conversation_id   text        NOT NULL,
  opened_at         timestamptz NOT NULL,
  started_at        timestamptz,
  channel           text        NOT NULL,
  channel_id        text        NOT NULL,
  customer_id       text        NOT NULL,
  holder            text        NOT NULL,
  is_released       boolean     NOT NULL,
  handed_over_at    timestamptz,
  waiting_since     timestamptz,
  last_spoken_at    timestamptz,
  ai_answers        integer     NOT NULL CHECK (ai_answers >= 0),
  person_answers    integer     NOT NULL CHECK (person_answers >= 0),
  settled_at        timestamptz,
  first_answered_at timestamptz,
  first_answered_by text        CHECK (first_answered_by IN ('ai', 'person')),
  resolved_at       timestamptz,
  ended_at          timestamptz,
  stood_resolved    interval    NOT NULL,
  PRIMARY KEY (tenant_id, generation, conversation_id),
  FOREIGN KEY (tenant_id, generation) REFERENCES cursors ON DELETE CASCADE,
  CHECK ((resolved_at IS NULL) = (ended_at IS NULL))
);
CREATE INDEX conversations_opened ON conversations (tenant_id, generation, opened_at);
CREATE INDEX conversations_answered ON conversations (tenant_id, generation, first_answered_at);
CREATE INDEX conversations_resolved ON conversations (tenant_id, generation, resolved_at);

CREATE TABLE responses (
  tenant_id       text        NOT NULL,
  generation      integer     NOT NULL,
  conversation_id text        NOT NULL,
  message_id      text        NOT NULL,
  sequence        bigint      NOT NULL,
  answered_by     text        NOT NULL CHECK (answered_by IN ('ai', 'person')),
  answered_at     timestamptz NOT NULL,
  asked_at        timestamptz,
  stops_clocks    boolean     NOT NULL,
  PRIMARY KEY (tenant_id, generation, conversation_id, message_id),
  FOREIGN KEY (tenant_id, generation, conversation_id) REFERENCES conversations ON DELETE CASCADE
);

CREATE TABLE clocks (
  tenant_id       text        NOT NULL,
  generation      integer     NOT NULL,
  conversation_id text        NOT NULL,
  ticket_id       text        NOT NULL,
  started_at      timestamptz NOT NULL,
  due_at          timestamptz NOT NULL,
  stopped_at      timestamptz,
  resolved_at     timestamptz,
  PRIMARY KEY (tenant_id, generation, conversation_id, ticket_id),
  FOREIGN KEY (tenant_id, generation, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX clocks_due ON clocks (tenant_id, generation, due_at);
CREATE INDEX clocks_stopped ON clocks (tenant_id, generation, stopped_at);

CREATE TABLE ai_resolutions (
  tenant_id       text        NOT NULL,
  generation      integer     NOT NULL,
  conversation_id text        NOT NULL,
  message_id      text        NOT NULL,
  customer_id     text        NOT NULL,
  channel_id      text        NOT NULL,
  recorded_at     timestamptz NOT NULL,
  is_confirmed    boolean     NOT NULL,
  returned_at     timestamptz,
  PRIMARY KEY (tenant_id, generation, conversation_id, message_id),
  FOREIGN KEY (tenant_id, generation, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE INDEX ai_resolutions_recorded ON ai_resolutions (tenant_id, generation, recorded_at);

-- Additive: a day of any time zone is the sum of its quarters of an hour.
CREATE TABLE tallies (
  tenant_id  text        NOT NULL,
  generation integer     NOT NULL,
  metric     text        NOT NULL,
  bucket     timestamptz NOT NULL,
  label      text        NOT NULL,
  count      bigint      NOT NULL,
  PRIMARY KEY (tenant_id, generation, metric, bucket, label),
  FOREIGN KEY (tenant_id, generation) REFERENCES cursors ON DELETE CASCADE
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY
    ARRAY['cursors', 'conversations', 'responses', 'clocks', 'ai_resolutions', 'tallies']
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
