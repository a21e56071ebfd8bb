-- Fitted models: numbers only, never a customer's words.
DO $$ BEGIN
  CREATE ROLE classifier_owner NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
  CREATE ROLE classifier_app LOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
ALTER ROLE classifier_app SET search_path = classifier;
CREATE SCHEMA IF NOT EXISTS classifier;
ALTER SCHEMA classifier OWNER TO classifier_owner;
GRANT USAGE ON SCHEMA classifier TO classifier_app;
SET LOCAL ROLE classifier_owner;

CREATE TABLE classifier.models (
  -- Empty: the platform's own, from the default intents; every tenant is served by it.
  tenant_id   text        NOT NULL CHECK (tenant_id = '' OR tenant_id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  -- Of the examples, the encoder and the training that the weights come from.
  fingerprint text        NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  weights     bytea       NOT NULL,
  fitted_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, fingerprint)
);
ALTER TABLE classifier.models ENABLE ROW LEVEL SECURITY;
ALTER TABLE classifier.models FORCE ROW LEVEL SECURITY;
-- Without a tenant one sees the platform's rows and no tenant's.
CREATE POLICY own ON classifier.models TO classifier_app
  USING (tenant_id = (SELECT coalesce(current_setting('cassava.tenant_id', true), '')));
GRANT SELECT, INSERT ON classifier.models TO classifier_app;
