-- A model or rules that answer beside the live ones, and what both made of the same questions. Kept for 90 days, under the
-- conversation that asked: erasing a conversation takes its pairs along.
CREATE TABLE responder.shadows (
  tenant_id  text        NOT NULL,
  shadow_id  uuid        NOT NULL,
  tier       text        NOT NULL CHECK (tier IN ('mistral', 'ollama')),
  model      text        NOT NULL,
  rules      text        NOT NULL,
  share      real        NOT NULL CHECK (share > 0 AND share <= 1),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  stopped_at timestamptz,
  PRIMARY KEY (tenant_id, shadow_id)
);
CREATE UNIQUE INDEX shadows_one_at_a_time ON responder.shadows (tenant_id) WHERE stopped_at IS NULL;

CREATE TABLE responder.reply_pairs (
  tenant_id       text        NOT NULL,
  pair_id         uuid        NOT NULL,
  shadow_id       uuid        NOT NULL,
  conversation_id uuid        NOT NULL,
  question        text        NOT NULL,
  asked_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, pair_id),
  FOREIGN KEY (tenant_id, shadow_id) REFERENCES responder.shadows (tenant_id, shadow_id) ON DELETE CASCADE
);
CREATE INDEX reply_pairs_newest ON responder.reply_pairs (tenant_id, shadow_id, asked_at DESC, pair_id DESC);
CREATE INDEX reply_pairs_oldest ON responder.reply_pairs (tenant_id, asked_at);
CREATE INDEX reply_pairs_of_conversation ON responder.reply_pairs (tenant_id, conversation_id);

CREATE TABLE responder.reply_sides (
  tenant_id      text    NOT NULL,
  pair_id        uuid    NOT NULL,
  side           text    NOT NULL CHECK (side IN ('live', 'shadow')),
  kind           text    NOT NULL CHECK (kind IN ('answer', 'ask', 'handover', 'failed')),
  reason         text    NOT NULL, -- Why it failed.
  tier           text    NOT NULL,
  model          text    NOT NULL,
  prompt_version text    NOT NULL,
  text           text    NOT NULL,
  article_ids    uuid[]  NOT NULL,
  milliseconds   integer NOT NULL,
  tokens         bigint  NOT NULL,
  cost_micros    bigint  NOT NULL,
  PRIMARY KEY (tenant_id, pair_id, side),
  FOREIGN KEY (tenant_id, pair_id) REFERENCES responder.reply_pairs (tenant_id, pair_id) ON DELETE CASCADE
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['shadows', 'reply_pairs', 'reply_sides'] LOOP
    EXECUTE format('ALTER TABLE responder.%I OWNER TO responder_owner', name);
    EXECUTE format('ALTER TABLE responder.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE responder.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON responder.%I TO responder_app
         USING (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))
         WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON responder.%I TO responder_app', name);
  END LOOP;
END $$;
