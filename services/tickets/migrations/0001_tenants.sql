-- Who uses the mesh: roles of this schema, tenants, channel accounts and their secrets, keys, answered requests, the audit log.
DO $$ BEGIN
  CREATE ROLE tickets_owner NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
  CREATE ROLE tickets_app LOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
  CREATE ROLE tickets_sched NOLOGIN NOBYPASSRLS;  -- owns the few functions that cross tenants; sees only what has a policy for it
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE SCHEMA IF NOT EXISTS tickets;
ALTER SCHEMA tickets OWNER TO tickets_owner;
GRANT USAGE ON SCHEMA tickets TO tickets_app, tickets_sched;
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE tenants(
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text NOT NULL,
  policy bytea NOT NULL,
  -- What SQL itself reads of the policy; the store writes both.
  debounce_ms int NOT NULL DEFAULT 1200,
  debounce_most_ms int NOT NULL DEFAULT 4000,
  reopen_hours int NOT NULL DEFAULT 168,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived')),
  version int NOT NULL DEFAULT 1,
  last_ticket_number int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE channel_accounts(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('whatsapp', 'telegram', 'custom', 'webchat', 'test')),
  external_id text NOT NULL,
  business_account_id text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  sandbox boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'off')),
  on_perhaps_sent text NOT NULL CHECK (on_perhaps_sent IN ('wait_then_resend', 'park')),
  paused_until timestamptz,
  reply_url text NOT NULL DEFAULT '',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (kind, external_id),
  UNIQUE (tenant_id, id));
CREATE INDEX channel_accounts_business ON channel_accounts(kind, business_account_id) WHERE business_account_id <> '';

CREATE TABLE channel_secrets(
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  sealed bytea NOT NULL,           -- AES-256-GCM under the master key, bound to its own place
  hash bytea,                      -- SHA-256 of a token that an account is found by; null for the others
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));
CREATE INDEX channel_secrets_account ON channel_secrets(account_id);
CREATE INDEX channel_secrets_hash ON channel_secrets(hash) WHERE hash IS NOT NULL;

CREATE TABLE api_keys(
  tenant_id text NOT NULL REFERENCES tenants,
  id text PRIMARY KEY,
  role text NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'ingest')),
  name text NOT NULL DEFAULT '',
  hash bytea NOT NULL,             -- HMAC-SHA-256 of the secret under a pepper from the master key
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz);
CREATE INDEX api_keys_page ON api_keys(tenant_id, created_at DESC, id);

CREATE TABLE live_tokens(
  tenant_id text NOT NULL REFERENCES tenants,
  hash bytea PRIMARY KEY,
  role text NOT NULL,
  key_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz);

CREATE TABLE request_ids(
  tenant_id text NOT NULL,
  request_id text NOT NULL,
  method text NOT NULL,
  request_hash bytea NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, request_id));
CREATE INDEX request_ids_age ON request_ids(created_at);

CREATE TABLE audit_log(
  tenant_id text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail text NOT NULL DEFAULT '');
CREATE INDEX audit_log_page ON audit_log(tenant_id, id DESC);

-- One wall for every table: a transaction sees one tenant; without one it sees nothing.
CREATE PROCEDURE wall(table_name text, rights text) LANGUAGE plpgsql SET search_path = tickets, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
  EXECUTE format($p$CREATE POLICY tenant ON %I TO tickets_app
    USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))
    WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))$p$, table_name);
  EXECUTE format('GRANT %s ON %I TO tickets_app', rights, table_name);
END $$;
REVOKE ALL ON PROCEDURE wall FROM PUBLIC;

CALL wall('tenants', 'SELECT, INSERT, UPDATE');
CALL wall('channel_accounts', 'SELECT, INSERT, UPDATE');
CALL wall('channel_secrets', 'SELECT, INSERT, DELETE');
CALL wall('api_keys', 'SELECT, INSERT, UPDATE');
CALL wall('live_tokens', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('request_ids', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('audit_log', 'SELECT, INSERT');
