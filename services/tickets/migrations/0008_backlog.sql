-- How much waits and how long the oldest has, for those who watch and those who scale: counts and ages, no tenant, no text.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;
GRANT SELECT (created_at) ON events TO tickets_sched;

CREATE FUNCTION count_backlog()
RETURNS TABLE(queue text, channel text, waiting bigint, oldest_seconds float8)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT 'turns', '', count(*), coalesce(extract(epoch FROM now() - min(q.due_at))::float8, 0)
    FROM conv_queue q WHERE q.due_at <= now() AND (q.lease_until IS NULL OR q.lease_until < now())
  UNION ALL
  SELECT 'deliveries', a.kind, count(*), extract(epoch FROM now() - min(d.due_at))::float8
    FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
   WHERE d.state = 'pending' AND d.due_at <= now() AND a.state = 'active' AND (a.paused_until IS NULL OR a.paused_until <= now())
   GROUP BY a.kind
  UNION ALL
  SELECT 'events', '', count(*), coalesce(extract(epoch FROM now() - min(e.created_at))::float8, 0)
    FROM events e WHERE e.tseq IS NULL $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION count_backlog() OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION count_backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_backlog() TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
