-- Claims as in 0007, but the turns of tenants whose messages come in full batches (p_held) wait until they have been due for
-- p_patience: work on them would only make the next batch later. Everybody else's are dealt as ever.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE FUNCTION claim_turns_v3(p_owner text, p_n int, p_lease interval, p_least int, p_held text[], p_patience interval)
RETURNS TABLE(tenant_id text, conversation_id uuid, fence bigint, attempts int, due_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH RECURSIVE t(tid) AS (
      (SELECT q.tenant_id FROM conv_queue q ORDER BY q.tenant_id LIMIT 1)
      UNION ALL
      SELECT (SELECT q.tenant_id FROM conv_queue q WHERE q.tenant_id > t.tid ORDER BY q.tenant_id LIMIT 1) FROM t WHERE t.tid IS NOT NULL),
  leased AS (SELECT q.tenant_id AS tid, count(*) AS n FROM conv_queue q WHERE q.lease_until > now() GROUP BY 1),
  known AS (SELECT t.tid, w.weight, coalesce(l.n, 0) AS n, now() - CASE WHEN t.tid = ANY(p_held) THEN p_patience ELSE '0' END AS due_before
              FROM t JOIN tenants w ON w.tenant_id = t.tid LEFT JOIN leased l ON l.tid = t.tid),
  work AS (SELECT k.* FROM known k
            WHERE k.n > 0 OR EXISTS (SELECT 1 FROM conv_queue q WHERE q.tenant_id = k.tid AND q.due_at <= k.due_before)),
  room AS (SELECT tid, weight, due_before, greatest(p_least, ceil((sum(n) OVER () + p_n) * weight / sum(weight) OVER ())) - n AS k
             FROM work),
  pick AS MATERIALIZED (SELECT r.tid, r.weight, x.conversation_id, x.due_at FROM room r CROSS JOIN LATERAL (
      SELECT q.conversation_id, q.due_at FROM conv_queue q
       WHERE q.tenant_id = r.tid AND q.due_at <= r.due_before AND (q.lease_until IS NULL OR q.lease_until < now())
       ORDER BY q.due_at LIMIT greatest(0, least(r.k, p_n)) FOR UPDATE SKIP LOCKED) x WHERE r.k > 0),
  dealt AS (SELECT p.conversation_id, p.due_at, row_number() OVER (PARTITION BY tid ORDER BY p.due_at)::float8 / weight AS turn FROM pick p),
  c AS (SELECT d.conversation_id FROM dealt d ORDER BY turn, d.due_at LIMIT p_n)
  UPDATE conv_queue q SET lease_until = now() + p_lease, owner = p_owner, fence = nextval('fence_seq'), attempts = q.attempts + 1
    FROM c WHERE q.conversation_id = c.conversation_id
  RETURNING q.tenant_id, q.conversation_id, q.fence, q.attempts, q.due_at $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.claim_turns_v3 OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION tickets.claim_turns_v3 FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.claim_turns_v3 TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
