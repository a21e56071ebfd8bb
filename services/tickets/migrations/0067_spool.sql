-- Messages of tenants that surge, as an edge handed them in: durable, in order, not yet sorted into their conversations
-- (docs/decisions/0155). Rows live for seconds.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE inbox_spool(
  tenant_id text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,  -- grows with every acknowledgement: what was written later has a larger one
  items bytea STORAGE EXTERNAL NOT NULL,   -- an AcceptRequest; packing it would cost more than writing it
  spooled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200,
        toast.autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_vacuum_threshold = 2000);
CALL wall('inbox_spool', 'SELECT, DELETE');

CREATE POLICY sched ON inbox_spool TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, id, spooled_at), INSERT (tenant_id, items) ON inbox_spool TO tickets_sched;

-- One trip to the database a batch, of whatever tenants it holds. Not of those whose oldest has waited too long: a queue that nobody
-- empties must not grow. Returns whose was stored.
CREATE FUNCTION spool(p_tenants text[], p_items bytea[], p_longest interval) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  INSERT INTO inbox_spool (tenant_id, items)
  SELECT g.tenant_id, g.items FROM unnest(p_tenants, p_items) AS g (tenant_id, items)
   WHERE NOT EXISTS (SELECT 1 FROM (SELECT s.spooled_at FROM inbox_spool s WHERE s.tenant_id = g.tenant_id ORDER BY s.id LIMIT 1) o
                      WHERE o.spooled_at < now() - p_longest)
  RETURNING tenant_id $$;

CREATE FUNCTION spooled_among(p_tenants text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT t FROM unnest(p_tenants) AS t WHERE EXISTS (SELECT 1 FROM inbox_spool s WHERE s.tenant_id = t OFFSET 0) $$;

-- Who has something to be sorted, and how long the oldest of it has waited.
CREATE FUNCTION spooled_tenants() RETURNS TABLE(tenant_id text, oldest_seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH RECURSIVE t(tid, at) AS (
      (SELECT s.tenant_id, s.spooled_at FROM inbox_spool s ORDER BY s.tenant_id, s.id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id, n.spooled_at FROM t CROSS JOIN LATERAL (
        SELECT s.tenant_id, s.spooled_at FROM inbox_spool s WHERE s.tenant_id > t.tid ORDER BY s.tenant_id, s.id LIMIT 1) n)
  SELECT tid, extract(epoch FROM now() - at)::float8 FROM t ORDER BY at $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.spool OWNER TO tickets_sched;
ALTER FUNCTION tickets.spooled_among OWNER TO tickets_sched;
ALTER FUNCTION tickets.spooled_tenants OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION tickets.spool, tickets.spooled_among, tickets.spooled_tenants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.spool, tickets.spooled_among, tickets.spooled_tenants TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
