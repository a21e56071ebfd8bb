-- So many open cases, each with a resolution clock that runs in one calendar. One in a hundred is due within twenty seconds, ninety seconds from now, the
-- others in the weeks after. Beside `conversations.sql`.
SET search_path = tickets;
SET session_replication_role = replica;
INSERT INTO calendars (tenant_id, id, definition) VALUES ('bench', md5('office')::uuid, ':calendar'::bytea);
INSERT INTO tickets (tenant_id, id, number, conversation_id, idem_key, subject, priority)
SELECT 'bench', md5('t' || n)::uuid, n, md5('v' || n)::uuid, md5('i' || n)::uuid, 'A case', 'normal' FROM generate_series(1, :count) n
    ON CONFLICT DO NOTHING;
INSERT INTO sla_clocks (tenant_id, id, ticket_id, conversation_id, kind, target, started_at, warn_percent, calendar_id, running_since, at_risk_at,
       due_at, alarm_at, warned_at, hours_version)
SELECT 'bench', md5('k' || n)::uuid, md5('t' || n)::uuid, md5('v' || n)::uuid, 'resolution', due - since, since, 80, md5('office')::uuid, since,
       since + 0.8 * (due - since), due, due, since + 0.8 * (due - since), 1
  FROM generate_series(1, :count) n, LATERAL (SELECT now() - interval '1 day') AS s (since),
       LATERAL (SELECT CASE WHEN n % 100 = 0 THEN now() + interval '90 s' + n * interval '20 s' / :count
                            ELSE now() + interval '1 day' + n * interval '20 days' / :count END) AS d (due);
RESET session_replication_role;
ANALYZE;
