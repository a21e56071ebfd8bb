-- What so many messages over 400 days leave behind: four a conversation, answered by the machine in nine of ten, its label and its counts.
SET search_path = analytics;
SET session_replication_role = replica;
INSERT INTO cursors (tenant_id, generation, is_live, epoch, sequence, event_id, occurred_at) VALUES ('bench', 1, true, 'e', 1, 'e1', now());
CREATE TEMP TABLE c AS
SELECT n, 'c' || n AS id, now() - n * interval '400 days' / (:count / 4) AS at, n % 10 = 0 AS by_person FROM generate_series(1, :count / 4) n;
INSERT INTO conversations (tenant_id, generation, conversation_id, opened_at, started_at, channel, channel_id, customer_id, holder, is_released,
       handed_over_at, last_spoken_at, ai_answers, person_answers, settled_at, first_answered_at, first_answered_by, resolved_at, ended_at,
       stood_resolved, last_heard_at, first_business, business_spent)
SELECT 'bench', 1, id, at, at, (ARRAY['whatsapp', 'telegram', 'custom'])[1 + n % 3], 'w1', 'k' || n / 3, CASE WHEN by_person THEN 'person' ELSE 'bot' END, false,
       CASE WHEN by_person THEN at END, at + interval '1 minute', (NOT by_person)::int * 2, by_person::int * 2, CASE WHEN NOT by_person THEN at + interval '1 day' END,
       at + n % 600 * interval '1 s', CASE WHEN by_person THEN 'person' ELSE 'ai' END, CASE WHEN by_person THEN at + interval '1 hour' END,
       CASE WHEN by_person THEN at + interval '1 hour' END, '0', at, n % 600 * interval '1 s', '0' FROM c;
INSERT INTO responses (tenant_id, generation, conversation_id, message_id, sequence, answered_by, answered_at, asked_at, stops_clocks, is_first)
SELECT 'bench', 1, id, 'r' || k, n * 2 + k, CASE WHEN by_person THEN 'person' ELSE 'ai' END, at + (n % 600 + k) * interval '1 s', at, true, k = 1
  FROM c, generate_series(1, 2) k;
INSERT INTO ai_resolutions (tenant_id, generation, conversation_id, message_id, customer_id, channel_id, recorded_at, is_confirmed)
SELECT 'bench', 1, id, 'r2', 'k' || n / 3, 'w1', at + interval '1 day', false FROM c WHERE NOT by_person;
INSERT INTO handovers (tenant_id, generation, conversation_id, sequence, asked_at, answered_at)
SELECT 'bench', 1, id, n, at, at + n % 600 * interval '1 s' FROM c WHERE by_person;
INSERT INTO clocks (tenant_id, generation, conversation_id, ticket_id, started_at, due_at, stopped_at, resolved_at, outcome, is_told)
SELECT 'bench', 1, id, 't' || n, at, at + interval '1 hour', at + n % 600 * interval '1 s', at + interval '1 hour', 'met', true FROM c WHERE by_person;
INSERT INTO tallies (tenant_id, generation, metric, bucket, label, count)
SELECT 'bench', 1, m.metric, date_bin('15 minutes', at, '2020-01-01Z'), CASE WHEN m.labels > 1 THEN 'label_' || n % m.labels ELSE '' END, sum(m.each)
  FROM c, (VALUES ('conversations_opened', 3, 1), ('conversations_open', 1, 0), ('messages_received', 1, 2), ('messages_sent', 1, 2), ('ai_replies', 2, 2),
           ('intents', 20, 2), ('urgency', 4, 2), ('sentiment', 5, 2), ('languages', 3, 2)) AS m (metric, labels, each)
 GROUP BY 1, 2, 3, 4, 5;
INSERT INTO open_by_day SELECT tenant_id, generation, date_trunc('day', bucket, 'UTC'), sum(count) FROM tallies WHERE metric = 'conversations_open' GROUP BY 1, 2, 3;
RESET session_replication_role;
ANALYZE;
