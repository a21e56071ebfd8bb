-- So many conversations of one tenant over a year, the last of four messages each; a fifth of them is open.
SET search_path = tickets;
SET session_replication_role = replica;
INSERT INTO tenants (tenant_id, name, policy, debounce_ms, debounce_most_ms, reopen_hours) VALUES ('bench', 'Bench', '', 0, 0, 168) ON CONFLICT DO NOTHING;
INSERT INTO channel_accounts (tenant_id, id, kind, external_id, on_perhaps_sent) VALUES ('bench', md5('a')::uuid, 'custom', 'bench', 'park');
INSERT INTO customers (tenant_id, id, name) SELECT 'bench', md5('c' || n)::uuid, 'Customer ' || n FROM generate_series(1, :count / 4) n;
INSERT INTO conversations (tenant_id, id, account_id, channel, customer_id, peer_hash, current, resolved_at, last_seq, done_seq, turn_no,
       holder, intent, urgency, sentiment, language, answered, created_at, last_message_at, assignee_id)
SELECT 'bench', md5('v' || n)::uuid, md5('a')::uuid, (ARRAY['whatsapp', 'telegram', 'custom'])[1 + n % 3], md5('c' || (1 + n % (:count / 4)))::uuid,
       decode(md5('p' || n), 'hex'), true, CASE WHEN n % 5 > 0 THEN at + interval '1 hour' END, 1, 1, 1,
       CASE WHEN n % 40 = 0 THEN 'queued' WHEN n % 10 = 0 THEN 'person' ELSE 'bot' END, 'intent_' || n % 20,
       (ARRAY['low', 'normal', 'high'])[1 + n % 3], 'neutral', 'en', true, at, at,
       CASE WHEN n % 10 = 0 AND n % 40 > 0 THEN ('00000000-0000-0000-0000-0000000000' || lpad(to_hex(n % 200), 2, '0'))::uuid END
  FROM generate_series(1, :count) n, LATERAL (SELECT now() - n * interval '1 year' / :count) AS t (at);
UPDATE conversations SET team_id = '00000000-0000-0000-0000-000000000009' WHERE holder = 'queued';
INSERT INTO conversation_tags (tenant_id, tag, conversation_id)
SELECT 'bench', CASE WHEN n % 5000 = 0 THEN 'vip' ELSE 'seen' END, md5('v' || n)::uuid FROM generate_series(2, :count, 2) n;
INSERT INTO tickets (tenant_id, id, number, conversation_id, idem_key, subject, priority, created_at)
SELECT 'bench', md5('t' || n)::uuid, n, md5('v' || n)::uuid, md5('t' || n)::uuid, 'A case', 'normal', now() - n * interval '1 year' / :count
  FROM generate_series(20, :count, 20) n;
INSERT INTO messages (tenant_id, id, conversation_id, author, kind, seq, body, created_at, search)
SELECT 'bench', md5('m' || n)::uuid, md5('v' || n)::uuid, 'customer', 'text', 1, w::bytea, now() - n * interval '1 year' / :count, search_words('bench', w::bytea)
  FROM generate_series(1, :count) n, LATERAL (SELECT 'Where is my parcel' || n % 5000 || '?' || CASE WHEN n % 50 = 0 THEN ' Please hurry!' ELSE '' END) AS t (w);
RESET session_replication_role;
ANALYZE;
