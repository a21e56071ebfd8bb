-- Outgoing webhooks: where a tenant's programs listen, what is on its way there, what came of each attempt.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE endpoints(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  types text[] NOT NULL DEFAULT '{}',        -- of events; empty: all
  state text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled', 'deleted')),
  disabled_reason text NOT NULL DEFAULT '',
  fed_tseq bigint NOT NULL,                  -- how far the tenant's log is queued here
  paused_until timestamptz,                  -- it asked us to slow down
  last_failed_at timestamptz,                -- both null while it works
  failing_since timestamptz,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id));
CREATE INDEX endpoints_page ON endpoints(tenant_id, created_at, id);

CREATE TABLE endpoint_secrets(
  tenant_id text NOT NULL,
  endpoint_id uuid NOT NULL,
  id uuid PRIMARY KEY,
  sealed bytea NOT NULL,
  expires_at timestamptz,                    -- null: the newest
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints(tenant_id, id));
CREATE UNIQUE INDEX endpoint_secrets_newest ON endpoint_secrets(endpoint_id) WHERE expires_at IS NULL;
CREATE INDEX endpoint_secrets_endpoint ON endpoint_secrets(endpoint_id);

CREATE TABLE endpoint_deliveries(            -- the event's words stay in the log: this names it
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  endpoint_id uuid NOT NULL,
  event_id bigint NOT NULL,
  event_tseq bigint NOT NULL,
  event_kind text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'succeeded', 'failed', 'cancelled')),
  attempts int NOT NULL DEFAULT 0,
  attempts_before int NOT NULL DEFAULT 0,    -- the latest replay, which begins the schedule again
  leased boolean NOT NULL DEFAULT false,     -- until due_at
  fence bigint NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (tenant_id, id),
  UNIQUE (endpoint_id, event_id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints(tenant_id, id));
CREATE INDEX endpoint_deliveries_due ON endpoint_deliveries(endpoint_id, due_at) WHERE state = 'pending';
CREATE INDEX endpoint_deliveries_page ON endpoint_deliveries(endpoint_id, created_at DESC, id);

CREATE TABLE endpoint_attempts(
  tenant_id text NOT NULL,
  delivery_id uuid NOT NULL,
  attempt int NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  duration_ms int NOT NULL,
  http_status int NOT NULL,                  -- 0: there was no answer
  error text NOT NULL DEFAULT '',
  PRIMARY KEY (delivery_id, attempt),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES endpoint_deliveries(tenant_id, id));

CREATE INDEX events_by_time ON events USING brin (created_at);  -- a replay asks for a range; this costs an append nothing

CALL wall('endpoints', 'SELECT, INSERT, UPDATE');
CALL wall('endpoint_secrets', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('endpoint_deliveries', 'SELECT, INSERT, UPDATE');
CALL wall('endpoint_attempts', 'SELECT, INSERT');

-- What crosses tenants answers ids only.
CREATE POLICY sched ON endpoints TO tickets_sched USING (true);
CREATE POLICY sched ON endpoint_deliveries TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, id, state, fed_tseq, paused_until) ON endpoints TO tickets_sched;
GRANT SELECT, UPDATE ON endpoint_deliveries TO tickets_sched;

CREATE FUNCTION lagging_endpoints(p_n int) RETURNS TABLE(tenant_id text, endpoint_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT e.tenant_id, e.id
    FROM endpoints e JOIN tenant_streams s USING (tenant_id) JOIN tenants t USING (tenant_id)
   WHERE e.state = 'enabled' AND t.state = 'active' AND e.fed_tseq < s.last_tseq
   ORDER BY random() LIMIT p_n $$;

-- No endpoint holds more than its share of the workers, however slowly it answers.
CREATE FUNCTION claim_endpoint_deliveries(p_n int, p_share int, p_lease interval)
RETURNS TABLE(tenant_id text, delivery_id uuid, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH e AS MATERIALIZED (
    SELECT e.id FROM endpoints e JOIN tenants t USING (tenant_id)
     WHERE e.state = 'enabled' AND t.state = 'active' AND (e.paused_until IS NULL OR e.paused_until <= now())
       AND EXISTS (SELECT 1 FROM endpoint_deliveries x
                    WHERE x.endpoint_id = e.id AND x.state = 'pending' AND x.due_at <= now())
     ORDER BY random()),
  c AS (
    SELECT d.id FROM e CROSS JOIN LATERAL (
      SELECT x.id FROM endpoint_deliveries x
       WHERE x.endpoint_id = e.id AND x.state = 'pending' AND x.due_at <= now()
       ORDER BY x.due_at, x.event_tseq
       LIMIT (SELECT greatest(0, p_share - count(*)) FROM endpoint_deliveries f
               WHERE f.endpoint_id = e.id AND f.state = 'pending' AND f.leased AND f.due_at > now())
         FOR UPDATE SKIP LOCKED) d
     LIMIT p_n)
  UPDATE endpoint_deliveries d
     SET due_at = now() + p_lease, leased = true, attempts = d.attempts + 1, fence = nextval('fence_seq')
    FROM c WHERE d.id = c.id
  RETURNING d.tenant_id, d.id, d.fence $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION lagging_endpoints OWNER TO tickets_sched;
ALTER FUNCTION claim_endpoint_deliveries OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION lagging_endpoints, claim_endpoint_deliveries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lagging_endpoints, claim_endpoint_deliveries TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
