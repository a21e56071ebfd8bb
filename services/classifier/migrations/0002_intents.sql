-- A tenant's own intents: what it teaches, the trainings, the models that came of them, which one serves.
SET LOCAL ROLE classifier_owner;
SET LOCAL search_path = classifier;

CREATE TABLE intents (
  tenant_id     text        NOT NULL CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name          text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  description   text        NOT NULL DEFAULT '' CHECK (length(description) <= 500),
  least_urgency smallint    NOT NULL DEFAULT 0 CHECK (least_urgency BETWEEN 0 AND 4),
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE examples (
  tenant_id     text        NOT NULL,
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  -- Of the text, whatever its spacing and capitals: a text means one thing.
  key           bigint      NOT NULL,
  intent        text        NOT NULL,
  text          text        NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
  language      text        NOT NULL DEFAULT '',
  is_correction boolean     NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key),
  FOREIGN KEY (tenant_id, intent) REFERENCES intents (tenant_id, name) ON DELETE CASCADE
);
CREATE INDEX examples_of_intent ON examples (tenant_id, intent, id);

-- So that a second training need not encode again; of another encoder they mean nothing.
CREATE TABLE vectors (
  tenant_id  text   NOT NULL,
  encoder_id text   NOT NULL,
  key        bigint NOT NULL,
  vector     bytea  NOT NULL,
  PRIMARY KEY (tenant_id, encoder_id, key)
);

CREATE TABLE model_versions (
  tenant_id   text        NOT NULL,
  version     int         NOT NULL CHECK (version > 0),
  fingerprint text        NOT NULL,
  intents     int         NOT NULL,
  examples    int         NOT NULL,
  report      jsonb       NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, version),
  FOREIGN KEY (tenant_id, fingerprint) REFERENCES models (tenant_id, fingerprint)
);

-- No row, or version 0: the platform's own intents serve.
CREATE TABLE live_models (
  tenant_id    text        NOT NULL PRIMARY KEY,
  version      int         NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE trainings (
  tenant_id     text        NOT NULL,
  id            uuid        NOT NULL,
  state         text        NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'published', 'refused', 'failed', 'cancelled')),
  progress      real        NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
  stage         text        NOT NULL DEFAULT '',
  message       text        NOT NULL DEFAULT '',
  model_version int         NOT NULL DEFAULT 0,
  fence         bigint      NOT NULL DEFAULT 0,
  attempts      int         NOT NULL DEFAULT 0,
  lease_until   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz,
  PRIMARY KEY (tenant_id, id)
);
-- One at a time; the next waits until this one has said what came of it.
CREATE UNIQUE INDEX trainings_at_work ON trainings (tenant_id) WHERE state IN ('queued', 'running');
CREATE INDEX trainings_to_claim ON trainings (created_at) WHERE state IN ('queued', 'running');

CREATE TABLE request_ids (
  tenant_id    text        NOT NULL,
  request_id   text        NOT NULL,
  method       text        NOT NULL,
  request_hash bytea       NOT NULL,
  answer       bytea       NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, request_id)
);

DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY ARRAY['intents', 'examples', 'vectors', 'model_versions', 'live_models', 'trainings', 'request_ids'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO classifier_app
         USING (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))
         WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO classifier_app', name);
  END LOOP;
END $$;

-- What crosses tenants gives ids and versions only: which models serve, which training is next.
CREATE POLICY sched ON live_models TO classifier_sched USING (true);
CREATE POLICY sched ON trainings TO classifier_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, version) ON live_models TO classifier_sched;
GRANT SELECT, UPDATE ON trainings TO classifier_sched;

CREATE FUNCTION live_versions() RETURNS TABLE (tenant_id text, version int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = classifier, pg_temp AS $$
  SELECT m.tenant_id, m.version FROM live_models m $$;

-- A lease that ran out is a process that died: its training begins again, three times at most.
CREATE FUNCTION claim_training(p_lease interval) RETURNS TABLE (tenant_id text, id uuid, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = classifier, pg_temp AS $$
  WITH lost AS (
    UPDATE trainings t SET state = 'failed', ended_at = now(), message = 'the training process died three times'
     WHERE t.state = 'running' AND t.lease_until < now() AND t.attempts >= 3),
  next AS (
    SELECT t.tenant_id, t.id FROM trainings t
     WHERE t.state = 'queued' OR (t.state = 'running' AND t.lease_until < now() AND t.attempts < 3)
     ORDER BY t.created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  UPDATE trainings t
     SET state = 'running', lease_until = now() + p_lease, fence = t.fence + 1, attempts = t.attempts + 1
    FROM next n WHERE t.tenant_id = n.tenant_id AND t.id = n.id
  RETURNING t.tenant_id, t.id, t.fence $$;

RESET ROLE;
GRANT CREATE ON SCHEMA classifier TO classifier_sched;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'classifier'::regnamespace AND p.prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO classifier_sched', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO classifier_app', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA classifier FROM classifier_sched;
