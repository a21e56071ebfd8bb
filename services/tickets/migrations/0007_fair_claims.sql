-- The way out and the queue under pressure: fair shares by weight, the pace of each account, what is perhaps sent, replays.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

-- A tenant's share of the workers beside other tenants with work (PROTOCOL 13).
ALTER TABLE tenants ADD COLUMN weight int NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100);

CREATE TABLE account_pace(         -- one token bucket an account; only claims touch it
  tenant_id text NOT NULL,
  account_id uuid PRIMARY KEY,
  tokens float8 NOT NULL,
  refilled_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
CALL wall('account_pace', 'SELECT');

-- A part that a person sends again is a row of its own at the end of the line; the first one stays as its record.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_message_id_part_no_key;
CREATE UNIQUE INDEX one_first_delivery_a_part ON deliveries(message_id, part_no) WHERE resend_of IS NULL;
CREATE UNIQUE INDEX one_resend_a_delivery ON deliveries(resend_of) WHERE resend_of IS NOT NULL;

DROP INDEX IF EXISTS deliveries_open;
CREATE INDEX deliveries_by_account ON deliveries(account_id, state, due_at) WHERE state IN ('pending', 'claimed', 'sending');
CREATE INDEX deliveries_unsettled ON deliveries(state) WHERE state IN ('claimed', 'sending', 'ambiguous');
CREATE INDEX receipts_evidence ON receipts(account_id, seen_at) WHERE attempt > 0;

-- A letter that somebody wants read again is handed to a worker under a lease.
ALTER TABLE dead_letters
  ADD COLUMN replay_due_at timestamptz,
  ADD COLUMN replay_fence bigint NOT NULL DEFAULT 0,
  ADD COLUMN replays int NOT NULL DEFAULT 0,
  ADD COLUMN replay_result text NOT NULL DEFAULT '';
CREATE INDEX dead_letters_replay ON dead_letters(replay_due_at) WHERE replay_due_at IS NOT NULL;
GRANT UPDATE (replay_due_at, replay_fence, replays, replay_result) ON dead_letters TO tickets_app;

DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['account_pace', 'dead_letters'] LOOP
    EXECUTE format('CREATE POLICY sched ON %I TO tickets_sched USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON account_pace TO tickets_sched;
GRANT SELECT (weight) ON tenants TO tickets_sched;
GRANT SELECT (account_id, seen_at) ON receipts TO tickets_sched;
GRANT SELECT (tenant_id, id, replay_due_at, replay_fence, replays), UPDATE (replay_due_at, replay_fence, replays) ON dead_letters TO tickets_sched;

-- Walk the tenants that have work; each may hold its weight's share of all slots there are (leased ones and the caller's free
-- ones), never less than four; deal round robin, heavier tenants oftener. A tenant alone gets everything.
CREATE FUNCTION claim_turns_v2(p_owner text, p_n int, p_lease interval, p_least int)
RETURNS TABLE(tenant_id text, conversation_id uuid, fence bigint, attempts int, due_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH RECURSIVE t(tid) AS (
      (SELECT q.tenant_id FROM conv_queue q ORDER BY q.tenant_id LIMIT 1)
      UNION ALL
      SELECT (SELECT q.tenant_id FROM conv_queue q WHERE q.tenant_id > t.tid ORDER BY q.tenant_id LIMIT 1) FROM t WHERE t.tid IS NOT NULL),
  leased AS (SELECT q.tenant_id AS tid, count(*) AS n FROM conv_queue q WHERE q.lease_until > now() GROUP BY 1),
  work AS (SELECT t.tid, w.weight, coalesce(l.n, 0) AS n FROM t JOIN tenants w ON w.tenant_id = t.tid LEFT JOIN leased l ON l.tid = t.tid
            WHERE l.n > 0 OR EXISTS (SELECT 1 FROM conv_queue q WHERE q.tenant_id = t.tid AND q.due_at <= now())),
  room AS (SELECT tid, weight, greatest(p_least, ceil((sum(n) OVER () + p_n) * weight / sum(weight) OVER ())) - n AS k FROM work),
  pick AS MATERIALIZED (SELECT r.tid, r.weight, x.conversation_id, x.due_at FROM room r CROSS JOIN LATERAL (
      SELECT q.conversation_id, q.due_at FROM conv_queue q
       WHERE q.tenant_id = r.tid AND q.due_at <= now() AND (q.lease_until IS NULL OR q.lease_until < now())
       ORDER BY q.due_at LIMIT greatest(0, least(r.k, p_n)) FOR UPDATE SKIP LOCKED) x WHERE r.k > 0),
  dealt AS (SELECT p.conversation_id, p.due_at, row_number() OVER (PARTITION BY tid ORDER BY p.due_at)::float8 / weight AS turn FROM pick p),
  c AS (SELECT d.conversation_id FROM dealt d ORDER BY turn, d.due_at LIMIT p_n)
  UPDATE conv_queue q SET lease_until = now() + p_lease, owner = p_owner, fence = nextval('fence_seq'), attempts = q.attempts + 1
    FROM c WHERE q.conversation_id = c.conversation_id
  RETURNING q.tenant_id, q.conversation_id, q.fence, q.attempts, q.due_at $$;

-- The same walk by account, heads of conversations only. A paced account gives no more than the tokens its bucket holds: its row is
-- locked, so two claimers cannot spend one token; an account that another claimer counts right now is left to it.
CREATE FUNCTION claim_deliveries_v2(p_owner text, p_n int, p_lease interval, p_least int, p_kinds text[], p_rates float8[])
RETURNS TABLE(tenant_id text, delivery_id uuid, fence bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO account_pace(tenant_id, account_id, tokens)
  SELECT a.tenant_id, a.id, greatest(1, r.rate) FROM channel_accounts a JOIN unnest(p_kinds, p_rates) AS r(kind, rate) ON r.kind = a.kind
   WHERE NOT a.sandbox AND a.state = 'active' AND NOT EXISTS (SELECT 1 FROM account_pace p WHERE p.account_id = a.id)
  ON CONFLICT DO NOTHING;
  RETURN QUERY
  WITH RECURSIVE t(aid) AS (
      (SELECT d.account_id FROM deliveries d WHERE d.state IN ('pending', 'claimed', 'sending') ORDER BY d.account_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.account_id FROM deliveries d WHERE d.state IN ('pending', 'claimed', 'sending') AND d.account_id > t.aid
               ORDER BY d.account_id LIMIT 1) FROM t WHERE t.aid IS NOT NULL),
  busy AS (SELECT d.account_id AS aid, count(*) AS n FROM deliveries d WHERE d.state IN ('claimed', 'sending') GROUP BY 1),
  work AS (SELECT a.id AS aid, a.tenant_id, w.weight, coalesce(b.n, 0) AS n, r.rate FROM t JOIN channel_accounts a ON a.id = t.aid
             JOIN tenants w ON w.tenant_id = a.tenant_id LEFT JOIN busy b ON b.aid = a.id
             LEFT JOIN unnest(p_kinds, p_rates) AS r(kind, rate) ON r.kind = a.kind AND NOT a.sandbox
            WHERE a.state = 'active' AND (a.paused_until IS NULL OR a.paused_until <= now())),
  share AS (SELECT aid, weight, rate, greatest(p_least, ceil((sum(n) OVER () + p_n) * weight / sum(weight) OVER ())) - n AS k FROM work),
  pace AS MATERIALIZED (SELECT p.account_id AS aid, p.tokens, p.refilled_at FROM account_pace p
            WHERE p.account_id IN (SELECT aid FROM share WHERE rate IS NOT NULL AND k > 0) FOR UPDATE SKIP LOCKED),
  room AS (SELECT s.aid, s.weight, s.rate, bucket.tokens,
                  CASE WHEN s.rate IS NULL THEN s.k ELSE least(s.k, floor(coalesce(bucket.tokens, 0))) END AS k
             FROM share s LEFT JOIN LATERAL (
               SELECT least(greatest(1, s.rate), p.tokens + s.rate * greatest(0, extract(epoch FROM now() - p.refilled_at))::float8) AS tokens
                 FROM pace p WHERE p.aid = s.aid) AS bucket ON true),
  pick AS MATERIALIZED (SELECT r.aid, r.weight, x.id, x.due_at FROM room r CROSS JOIN LATERAL (
      SELECT d.id, d.due_at FROM deliveries d
       WHERE d.account_id = r.aid AND d.state = 'pending' AND d.due_at <= now()
         AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.conversation_id = d.conversation_id AND e.out_seq < d.out_seq
                            AND e.state IN ('pending', 'claimed', 'sending', 'ambiguous'))
       ORDER BY d.due_at LIMIT greatest(0, least(r.k, p_n)) FOR UPDATE OF d SKIP LOCKED) x WHERE r.k > 0),
  dealt AS (SELECT p.id, p.aid, p.due_at, row_number() OVER (PARTITION BY p.aid ORDER BY p.due_at)::float8 / p.weight AS turn FROM pick p),
  c AS (SELECT d.id, d.aid FROM dealt d ORDER BY d.turn, d.due_at LIMIT p_n),
  spent AS (UPDATE account_pace p SET tokens = r.tokens - s.n, refilled_at = greatest(p.refilled_at, now())
              FROM (SELECT c.aid, count(*) AS n FROM c GROUP BY 1) s JOIN room r ON r.aid = s.aid AND r.rate IS NOT NULL
             WHERE p.account_id = s.aid)
  UPDATE deliveries d SET state = 'claimed', lease_until = now() + p_lease, owner = p_owner, fence = nextval('fence_seq')
    FROM c WHERE d.id = c.id
  RETURNING d.tenant_id, d.id, d.fence;
END $$;

-- When the next head can leave its account, by its own time, a pause or the bucket; past: others have it or its share is used up.
CREATE FUNCTION next_delivery_due_v2(p_kinds text[], p_rates float8[]) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH RECURSIVE t(aid) AS (
      (SELECT d.account_id FROM deliveries d WHERE d.state = 'pending' ORDER BY d.account_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.account_id FROM deliveries d WHERE d.state = 'pending' AND d.account_id > t.aid ORDER BY d.account_id LIMIT 1)
        FROM t WHERE t.aid IS NOT NULL)
  SELECT min(greatest(h.due_at, a.paused_until,
                      CASE WHEN p.tokens < 1 THEN p.refilled_at + make_interval(secs => (1 - p.tokens) / r.rate) END))
    FROM t JOIN channel_accounts a ON a.id = t.aid AND a.state = 'active'
    LEFT JOIN unnest(p_kinds, p_rates) AS r(kind, rate) ON r.kind = a.kind AND NOT a.sandbox
    LEFT JOIN account_pace p ON p.account_id = a.id AND r.rate IS NOT NULL
   CROSS JOIN LATERAL (
     SELECT d.due_at FROM deliveries d WHERE d.account_id = a.id AND d.state = 'pending'
        AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.conversation_id = d.conversation_id AND e.out_seq < d.out_seq
                           AND e.state IN ('pending', 'claimed', 'sending', 'ambiguous'))
      ORDER BY d.due_at LIMIT 1) h $$;

-- Senders that died: claimed goes back, sending becomes "perhaps sent", never blindly pending. A sandbox sends nothing, so there
-- nothing is in doubt. Answers how many became free or doubtful.
CREATE FUNCTION sweep_senders(p_wait interval) RETURNS TABLE(returned int, doubtful int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
#variable_conflict use_column
BEGIN
  UPDATE deliveries d SET state = 'pending', lease_until = NULL, fence = nextval('fence_seq')
   WHERE d.id IN (SELECT x.id FROM deliveries x WHERE x.state = 'claimed' AND x.lease_until < now() FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS returned = ROW_COUNT;
  WITH x AS (SELECT d.id, a.sandbox FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
              WHERE d.state = 'sending' AND d.lease_until < now() FOR UPDATE OF d SKIP LOCKED),
       u AS (UPDATE deliveries d SET state = CASE WHEN x.sandbox THEN 'pending' ELSE 'ambiguous' END, lease_until = NULL,
                    due_at = now() + CASE WHEN x.sandbox THEN '0'::interval ELSE p_wait END, fence = nextval('fence_seq')
               FROM x WHERE d.id = x.id RETURNING d.id, d.attempts),
       a AS (UPDATE delivery_attempts t SET outcome = 'crashed', finished_at = clock_timestamp()
               FROM u WHERE t.delivery_id = u.id AND t.attempt = u.attempts AND t.outcome IS NULL)
  SELECT count(*) FROM u INTO doubtful;
  RETURN NEXT;
END $$;

-- What is perhaps sent and has waited long enough, with what may be done about it; the caller does it under the tenant.
-- Overtaken: two attempts of the account that began later have come back, so the silence about this one means something.
-- A line that others wait in is not held longer; where nobody waits, evidence may still come until the last resort.
CREATE FUNCTION doubtful_deliveries(p_wait interval, p_last interval, p_most int)
RETURNS TABLE(tenant_id text, delivery_id uuid, verdict text)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT d.tenant_id, d.id, v.verdict
    FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
    JOIN delivery_attempts t ON t.delivery_id = d.id AND t.attempt = d.attempts
   CROSS JOIN LATERAL (SELECT CASE
      WHEN a.on_perhaps_sent <> 'wait_then_resend' THEN 'park'
      WHEN d.attempts >= p_most THEN 'give_up'
      WHEN (SELECT count(*) FROM (
              SELECT DISTINCT r.delivery_id, r.attempt FROM receipts r
                JOIN delivery_attempts later ON later.delivery_id = r.delivery_id AND later.attempt = r.attempt
               WHERE r.account_id = d.account_id AND r.attempt > 0 AND r.seen_at >= t.started_at + p_wait / 2
                 AND r.delivery_id <> d.id AND later.started_at >= t.started_at + p_wait / 2 LIMIT 2) AS overtook) = 2 THEN 'resend'
      WHEN EXISTS (SELECT 1 FROM deliveries e WHERE e.conversation_id = d.conversation_id AND e.out_seq > d.out_seq
                      AND e.state = 'pending') THEN 'park'
      WHEN t.started_at + p_last > now() THEN 'wait'
      WHEN (SELECT count(*) FROM delivery_attempts u WHERE u.delivery_id = d.id AND u.outcome IN ('perhaps_sent', 'crashed')) > 1 THEN 'park'
      ELSE 'resend_once' END) AS v(verdict)
   WHERE d.state = 'ambiguous' AND d.due_at <= now() AND v.verdict <> 'wait' $$;

-- Letters to be read again, for a worker; a crash costs the lease.
CREATE FUNCTION claim_replays(p_n int, p_lease interval) RETURNS TABLE(tenant_id text, letter_id uuid, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH c AS (SELECT l.id FROM dead_letters l WHERE l.replay_due_at <= now() ORDER BY l.replay_due_at LIMIT p_n FOR UPDATE SKIP LOCKED)
  UPDATE dead_letters l SET replay_due_at = now() + p_lease, replay_fence = nextval('fence_seq'), replays = l.replays + 1
    FROM c WHERE l.id = c.id
  RETURNING l.tenant_id, l.id, l.replay_fence $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'tickets'::regnamespace AND p.prosecdef AND p.proowner <> 'tickets_sched'::regrole LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO tickets_sched', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tickets_app', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
