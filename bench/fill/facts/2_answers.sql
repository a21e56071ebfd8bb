INSERT INTO responses (tenant_id, generation, conversation_id, message_id, sequence, answered_by, answered_at, asked_at, stops_clocks, business, is_first)
SELECT 'bench', 1, id, 'r' || k, n * 2 + k, CASE WHEN by_person THEN 'person' ELSE 'ai' END, CASE k WHEN 1 THEN at + first ELSE at + first + next END,
       CASE k WHEN 1 THEN at ELSE at + first END, true, CASE k WHEN 1 THEN first ELSE next END * 0.6, k = 1
  FROM cases, generate_series(1, 2) k;
INSERT INTO ai_resolutions (tenant_id, generation, conversation_id, message_id, customer_id, channel_id, recorded_at, is_confirmed)
SELECT 'bench', 1, id, 'r2', customer, 'w1', at + first + next + interval '1 day', n % 20 = 7 FROM cases WHERE NOT by_person;
INSERT INTO handovers (tenant_id, generation, conversation_id, sequence, asked_at, answered_at, business)
SELECT 'bench', 1, id, n, at, at + first, first * 0.6 FROM cases WHERE by_person;
INSERT INTO clocks (tenant_id, generation, conversation_id, ticket_id, started_at, due_at, at_risk_at, stopped_at, breached_at, outcome, is_told)
SELECT 'bench', 1, id, 't' || n, at, at + interval '1 hour', at + interval '48 minutes', at + first,
       CASE WHEN first > interval '1 hour' THEN at + interval '1 hour' END, CASE WHEN first > interval '1 hour' THEN 'breached' ELSE 'met' END, true
  FROM cases WHERE by_person;
INSERT INTO ratings (tenant_id, generation, conversation_id, resolution, rating, rated_at)
SELECT 'bench', 1, id, '', 1 + n % 5, at + first + next FROM cases WHERE n % 20 IN (0, 7);
ANALYZE responses, ai_resolutions, handovers, clocks, ratings;
