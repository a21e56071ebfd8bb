INSERT INTO conversations (tenant_id, generation, conversation_id, opened_at, started_at, channel, channel_id, customer_id, holder, is_released,
       handed_over_at, last_spoken_at, ai_answers, person_answers, settled_at, first_answered_at, first_answered_by, resolved_at, ended_at,
       stood_resolved, last_heard_at, confirmed_at, first_business, business_spent)
SELECT 'bench', 1, id, at, at, (ARRAY['whatsapp', 'telegram', 'custom'])[1 + n % 3], 'w1', customer, CASE WHEN by_person THEN 'person' ELSE 'bot' END,
       false, CASE WHEN by_person THEN at END, at + first + next, (NOT by_person)::int * 2, by_person::int * 2,
       CASE WHEN NOT by_person THEN at + first + next + interval '1 day' END, at + first, CASE WHEN by_person THEN 'person' ELSE 'ai' END,
       CASE WHEN by_person AND n % 3 > 0 THEN at + first + next END, CASE WHEN by_person AND n % 3 > 0 THEN at + first + next END, '0', at + first,
       CASE WHEN n % 20 = 7 THEN at + first + next END, first * 0.6, (first + next) * 0.6 FROM cases;
INSERT INTO tallies (tenant_id, generation, metric, bucket, label, count)
SELECT 'bench', 1, m.metric, date_bin('15 minutes', at, '2020-01-01Z'), CASE WHEN m.labels > 1 THEN 'label_' || n % m.labels ELSE '' END, sum(m.each)
  FROM cases, (VALUES ('conversations_opened', 3, 1), ('conversations_open', 1, 0), ('messages_received', 1, 2), ('messages_sent', 1, 2), ('ai_replies', 2, 2),
           ('intents', 20, 2), ('urgency', 4, 2), ('sentiment', 5, 2), ('languages', 3, 2)) AS m (metric, labels, each)
 GROUP BY 1, 2, 3, 4, 5;
INSERT INTO open_by_day SELECT tenant_id, generation, date_trunc('day', bucket, 'UTC'), sum(count) FROM tallies WHERE metric = 'conversations_open' GROUP BY 1, 2, 3;
ANALYZE conversations, tallies;
