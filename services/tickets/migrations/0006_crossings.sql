-- All that crosses tenants: claims, sweeps, numbering, and finding an account, key or tenant while none is known.
-- Functions of a role that no policy favours but those written here; they give ids only.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['conv_queue', 'deliveries', 'delivery_attempts', 'events', 'tenant_streams', 'channel_accounts', 'channel_secrets',
                           'tenants', 'api_keys', 'live_tokens', 'receipts'] LOOP
    EXECUTE format('CREATE POLICY sched ON %I TO tickets_sched USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, UPDATE ON conv_queue, deliveries, delivery_attempts TO tickets_sched;
GRANT SELECT (id, tenant_id, kind, conversation_id, tseq), UPDATE (tseq) ON events TO tickets_sched;
GRANT SELECT, INSERT, UPDATE ON tenant_streams TO tickets_sched;
GRANT SELECT (tenant_id, id, kind, external_id, business_account_id, state, sandbox, paused_until, on_perhaps_sent, created_at)
  ON channel_accounts TO tickets_sched;
GRANT UPDATE (paused_until) ON channel_accounts TO tickets_sched;
GRANT SELECT (tenant_id, account_id, kind, hash) ON channel_secrets TO tickets_sched;
GRANT SELECT (tenant_id, state) ON tenants TO tickets_sched;
GRANT SELECT (tenant_id, id) ON api_keys TO tickets_sched;
GRANT SELECT (tenant_id, hash) ON live_tokens TO tickets_sched;
GRANT SELECT (tenant_id, delivery_id, attempt, status) ON receipts TO tickets_sched;

-- Walk the tenants that have work, take up to each one's room, deal round robin: nobody's backlog holds up another.
CREATE FUNCTION claim_turns(p_owner text, p_n int, p_lease interval, p_cap int)
RETURNS TABLE(tenant_id text, conversation_id uuid, fence bigint, attempts int, due_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH RECURSIVE t(tid) AS (
      (SELECT q.tenant_id FROM conv_queue q ORDER BY q.tenant_id LIMIT 1)
      UNION ALL
      SELECT (SELECT q.tenant_id FROM conv_queue q WHERE q.tenant_id > t.tid ORDER BY q.tenant_id LIMIT 1) FROM t WHERE t.tid IS NOT NULL),
  room AS (SELECT tid, p_cap - (SELECT count(*) FROM conv_queue q WHERE q.tenant_id = tid AND q.lease_until > now()) AS k FROM t WHERE tid IS NOT NULL),
  pick AS MATERIALIZED (SELECT r.tid, x.conversation_id, x.due_at FROM room r CROSS JOIN LATERAL (
      SELECT q.conversation_id, q.due_at FROM conv_queue q
       WHERE q.tenant_id = r.tid AND q.due_at <= now() AND (q.lease_until IS NULL OR q.lease_until < now())
       ORDER BY q.due_at LIMIT greatest(0, least(r.k, p_n)) FOR UPDATE SKIP LOCKED) x WHERE r.k > 0),
  dealt AS (SELECT p.conversation_id, row_number() OVER (PARTITION BY tid ORDER BY due_at) AS rn, due_at FROM pick p),
  c AS (SELECT d.conversation_id FROM dealt d ORDER BY rn, due_at LIMIT p_n)
  UPDATE conv_queue q SET lease_until = now() + p_lease, owner = p_owner, fence = nextval('fence_seq'), attempts = q.attempts + 1
    FROM c WHERE q.conversation_id = c.conversation_id
  RETURNING q.tenant_id, q.conversation_id, q.fence, q.attempts, q.due_at $$;

-- When the next conversation is due, so that a worker sleeps exactly; null: none waits.
CREATE FUNCTION next_turn_due() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT min(greatest(due_at, coalesce(lease_until, due_at))) FROM conv_queue $$;

-- Only the head of a conversation's line can be claimed; a crash while `claimed` is provably "never sent".
CREATE FUNCTION claim_deliveries(p_owner text, p_n int, p_lease interval)
RETURNS TABLE(tenant_id text, delivery_id uuid, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH c AS (
    SELECT d.id FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
     WHERE d.state = 'pending' AND d.due_at <= now() AND a.state = 'active' AND (a.paused_until IS NULL OR a.paused_until <= now())
       AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.conversation_id = d.conversation_id AND e.out_seq < d.out_seq
                          AND e.state IN ('pending', 'claimed', 'sending', 'ambiguous'))
     ORDER BY d.due_at LIMIT p_n FOR UPDATE OF d SKIP LOCKED)
  UPDATE deliveries d SET state = 'claimed', lease_until = now() + p_lease, owner = p_owner, fence = nextval('fence_seq')
    FROM c WHERE d.id = c.id
  RETURNING d.tenant_id, d.id, d.fence $$;

CREATE FUNCTION next_delivery_due() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT min(d.due_at) FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
   WHERE d.state = 'pending' AND a.state = 'active' AND (a.paused_until IS NULL OR a.paused_until <= d.due_at) $$;

-- Senders that died: claimed goes back, sending becomes "perhaps sent", never blindly pending. A sandbox sends nothing, so
-- there nothing is in doubt. What nobody can settle is parked for a person. Answers what changed to a state that people see.
CREATE FUNCTION sweep_deliveries(p_wait interval)
RETURNS TABLE(tenant_id text, delivery_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
#variable_conflict use_column
BEGIN
  UPDATE deliveries d SET state = 'pending', lease_until = NULL, fence = nextval('fence_seq')
   WHERE d.id IN (SELECT x.id FROM deliveries x WHERE x.state = 'claimed' AND x.lease_until < now() FOR UPDATE SKIP LOCKED);
  RETURN QUERY
  WITH x AS (SELECT d.id, a.sandbox FROM deliveries d JOIN channel_accounts a ON a.id = d.account_id
              WHERE d.state = 'sending' AND d.lease_until < now() FOR UPDATE OF d SKIP LOCKED),
       u AS (UPDATE deliveries d SET state = CASE WHEN x.sandbox THEN 'pending' ELSE 'ambiguous' END, lease_until = NULL,
                    due_at = now() + CASE WHEN x.sandbox THEN '0'::interval ELSE p_wait END, fence = nextval('fence_seq')
               FROM x WHERE d.id = x.id RETURNING d.tenant_id, d.id, d.attempts, d.state),
       a AS (UPDATE delivery_attempts t SET outcome = 'crashed', finished_at = clock_timestamp()
               FROM u WHERE t.delivery_id = u.id AND t.attempt = u.attempts AND t.outcome IS NULL)
  SELECT u.tenant_id, u.id, u.state FROM u WHERE u.state = 'ambiguous';
  RETURN QUERY
  UPDATE deliveries d SET state = 'parked', reason = 'perhaps_sent', fence = nextval('fence_seq'), finished_at = now()
   WHERE d.id IN (SELECT x.id FROM deliveries x WHERE x.state = 'ambiguous' AND x.due_at <= now() FOR UPDATE SKIP LOCKED)
  RETURNING d.tenant_id, d.id, d.state;
END $$;

-- Dense numbers per tenant, given after commit by one process at a time.
CREATE FUNCTION number_events(p_n int)
RETURNS TABLE(tenant_id text, first_tseq bigint, last_tseq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT pg_try_advisory_xact_lock(7331) THEN RETURN; END IF;
  RETURN QUERY
  WITH e AS (SELECT v.id, v.tenant_id, row_number() OVER (PARTITION BY v.tenant_id ORDER BY v.id) AS rn
               FROM (SELECT id, tenant_id FROM events WHERE tseq IS NULL ORDER BY id LIMIT p_n) v),
       n AS (SELECT e.tenant_id, count(*) AS c FROM e GROUP BY 1),
       s AS (INSERT INTO tenant_streams AS ts(tenant_id, last_tseq) SELECT n.tenant_id, n.c FROM n ORDER BY 1
               ON CONFLICT (tenant_id) DO UPDATE SET last_tseq = ts.last_tseq + EXCLUDED.last_tseq
             RETURNING ts.tenant_id, ts.last_tseq),
       u AS (UPDATE events v SET tseq = s.last_tseq - n.c + e.rn FROM e JOIN s USING (tenant_id) JOIN n USING (tenant_id) WHERE v.id = e.id)
  SELECT s.tenant_id, s.last_tseq - n.c + 1, s.last_tseq FROM s JOIN n USING (tenant_id);
END $$;

-- The epoch; another cluster or timeline (a restore, a failover) begins a new one.
CREATE FUNCTION settle_epoch() RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE sys bigint; tl int; found_epoch uuid;
BEGIN
  SELECT system_identifier INTO sys FROM pg_control_system();
  SELECT timeline_id INTO tl FROM pg_control_checkpoint();
  INSERT INTO stream_state AS st(epoch, system_identifier, timeline) VALUES (gen_random_uuid(), sys, tl)
    ON CONFLICT (one) DO UPDATE SET epoch = gen_random_uuid(), system_identifier = EXCLUDED.system_identifier, timeline = EXCLUDED.timeline
      WHERE (st.system_identifier, st.timeline) IS DISTINCT FROM (EXCLUDED.system_identifier, EXCLUDED.timeline);
  SELECT epoch INTO found_epoch FROM stream_state;
  RETURN found_epoch;
END $$;

CREATE FUNCTION list_streams() RETURNS TABLE(tenant_id text, head bigint) LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT s.tenant_id, s.last_tseq FROM tenant_streams s ORDER BY 1 $$;
CREATE FUNCTION list_tenants(p_after text, p_n int) RETURNS TABLE(tenant_id text) LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT t.tenant_id FROM tenants t WHERE t.tenant_id > p_after ORDER BY 1 LIMIT p_n $$;
CREATE FUNCTION find_key(p_id text) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT k.tenant_id FROM api_keys k WHERE k.id = p_id $$;
CREATE FUNCTION find_live_token(p_hash bytea) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT l.tenant_id FROM live_tokens l WHERE l.hash = p_hash $$;
CREATE FUNCTION find_accounts_by_external(p_kind text, p_external text) RETURNS TABLE(tenant_id text, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT a.tenant_id, a.id FROM channel_accounts a WHERE a.kind = p_kind AND a.external_id = p_external $$;
CREATE FUNCTION find_accounts_by_business(p_kind text, p_business text) RETURNS TABLE(tenant_id text, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT a.tenant_id, a.id FROM channel_accounts a WHERE a.kind = p_kind AND a.business_account_id = p_business AND p_business <> ''
   ORDER BY a.created_at LIMIT 100 $$;
CREATE FUNCTION find_account_by_id(p_id uuid) RETURNS TABLE(tenant_id text, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT a.tenant_id, a.id FROM channel_accounts a WHERE a.id = p_id $$;
CREATE FUNCTION find_accounts_by_token_hash(p_kind text, p_hash bytea) RETURNS TABLE(tenant_id text, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT a.tenant_id, a.id FROM channel_secrets s JOIN channel_accounts a ON a.id = s.account_id
   WHERE s.hash = p_hash AND a.kind = p_kind ORDER BY a.created_at LIMIT 100 $$;
CREATE FUNCTION list_accounts(p_kind text, p_n int) RETURNS TABLE(tenant_id text, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT a.tenant_id, a.id FROM channel_accounts a WHERE a.kind = p_kind AND a.state <> 'off' ORDER BY a.created_at LIMIT p_n $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'tickets'::regnamespace AND p.prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO tickets_sched', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tickets_app', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
