-- What so many messages over 400 days leave behind: four a conversation, answered by the machine in nine of ten, its label and its counts.
-- Waits are as uneven as real ones; sums come from the facts as they do in an upgrade. Indexes are built when the rows are there.
SET search_path = analytics;
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';
SELECT setseed(0.5);
CREATE TEMP TABLE postponed AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
 WHERE relnamespace = 'analytics'::regnamespace AND relname IN ('conversations', 'responses', 'clocks', 'ai_resolutions', 'handovers', 'ratings')
   AND NOT indisprimary;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT p.name FROM postponed p LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
END $$;

INSERT INTO cursors (tenant_id, generation, is_live, epoch, sequence, event_id, occurred_at) VALUES ('bench', 1, true, 'e', 1, 'e1', now());
CREATE TEMP TABLE c AS
SELECT n, 'c' || n AS id, 'k' || n % greatest(:count / 12, 1) AS customer, now() - n * interval '400 days' / (:count / 4) AS at,
       n % 10 = 0 AS by_person, exp(random_normal(CASE WHEN n % 10 = 0 THEN 6 ELSE 1 END, 1.5)) * interval '1 second' AS first,
       exp(random_normal(CASE WHEN n % 10 = 0 THEN 6 ELSE 1 END, 1.5)) * interval '1 second' AS next
  FROM generate_series(1, :count / 4) n;
INSERT INTO conversations (tenant_id, generation, conversation_id, opened_at, started_at, channel, channel_id, customer_id, holder, is_released,
       handed_over_at, last_spoken_at, ai_answers, person_answers, settled_at, first_answered_at, first_answered_by, resolved_at, ended_at,
       stood_resolved, last_heard_at, confirmed_at, first_business, business_spent)
SELECT 'bench', 1, id, at, at, (ARRAY['whatsapp', 'telegram', 'custom'])[1 + n % 3], 'w1', customer, CASE WHEN by_person THEN 'person' ELSE 'bot' END,
       false, CASE WHEN by_person THEN at END, at + first + next, (NOT by_person)::int * 2, by_person::int * 2,
       CASE WHEN NOT by_person THEN at + first + next + interval '1 day' END, at + first, CASE WHEN by_person THEN 'person' ELSE 'ai' END,
       CASE WHEN by_person AND n % 3 > 0 THEN at + first + next END, CASE WHEN by_person AND n % 3 > 0 THEN at + first + next END, '0', at + first,
       CASE WHEN n % 20 = 7 THEN at + first + next END, first * 0.6, (first + next) * 0.6 FROM c;
INSERT INTO responses (tenant_id, generation, conversation_id, message_id, sequence, answered_by, answered_at, asked_at, stops_clocks, business, is_first)
SELECT 'bench', 1, id, 'r' || k, n * 2 + k, CASE WHEN by_person THEN 'person' ELSE 'ai' END, CASE k WHEN 1 THEN at + first ELSE at + first + next END,
       CASE k WHEN 1 THEN at ELSE at + first END, true, CASE k WHEN 1 THEN first ELSE next END * 0.6, k = 1
  FROM c, generate_series(1, 2) k;
INSERT INTO ai_resolutions (tenant_id, generation, conversation_id, message_id, customer_id, channel_id, recorded_at, is_confirmed)
SELECT 'bench', 1, id, 'r2', customer, 'w1', at + first + next + interval '1 day', n % 20 = 7 FROM c WHERE NOT by_person;
INSERT INTO handovers (tenant_id, generation, conversation_id, sequence, asked_at, answered_at, business)
SELECT 'bench', 1, id, n, at, at + first, first * 0.6 FROM c WHERE by_person;
INSERT INTO clocks (tenant_id, generation, conversation_id, ticket_id, started_at, due_at, at_risk_at, stopped_at, breached_at, outcome, is_told)
SELECT 'bench', 1, id, 't' || n, at, at + interval '1 hour', at + interval '48 minutes', at + first,
       CASE WHEN first > interval '1 hour' THEN at + interval '1 hour' END, CASE WHEN first > interval '1 hour' THEN 'breached' ELSE 'met' END, true
  FROM c WHERE by_person;
INSERT INTO ratings (tenant_id, generation, conversation_id, resolution, rating, rated_at)
SELECT 'bench', 1, id, '', 1 + n % 5, at + first + next FROM c WHERE n % 20 IN (0, 7);
INSERT INTO tallies (tenant_id, generation, metric, bucket, label, count)
SELECT 'bench', 1, m.metric, date_bin('15 minutes', at, '2020-01-01Z'), CASE WHEN m.labels > 1 THEN 'label_' || n % m.labels ELSE '' END, sum(m.each)
  FROM c, (VALUES ('conversations_opened', 3, 1), ('conversations_open', 1, 0), ('messages_received', 1, 2), ('messages_sent', 1, 2), ('ai_replies', 2, 2),
           ('intents', 20, 2), ('urgency', 4, 2), ('sentiment', 5, 2), ('languages', 3, 2)) AS m (metric, labels, each)
 GROUP BY 1, 2, 3, 4, 5;
INSERT INTO open_by_day SELECT tenant_id, generation, date_trunc('day', bucket, 'UTC'), sum(count) FROM tallies WHERE metric = 'conversations_open' GROUP BY 1, 2, 3;

DO $$ DECLARE definition text; BEGIN
  FOR definition IN SELECT p.definition FROM postponed p LOOP EXECUTE definition; END LOOP;
END $$;
ANALYZE;
SELECT fill_tallies();
SELECT refill_rollups();
RESET session_replication_role;
ANALYZE;
