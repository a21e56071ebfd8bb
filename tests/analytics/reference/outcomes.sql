-- The definition, read slowly: what test_sums.py holds the reports to.
-- How the conversations opened in [$3, $4) stand as of $5: exactly one outcome each.
WITH opened AS (
  SELECT CASE
           WHEN resolved_at IS NOT NULL AND ai_answers + person_answers = 0 THEN 'no_answer'
           WHEN resolved_at IS NOT NULL THEN 'person'
           WHEN is_machines AND confirmed_at <= $5 THEN 'ai_confirmed'
           WHEN is_machines AND settled_at <= $5 THEN 'ai_assumed'
           WHEN is_machines AND is_ours_last AND last_spoken_at + interval '24 hours' <= $5
             THEN 'contained'
           WHEN NOT is_machines AND person_answers > 0 AND is_ours_last AND waiting_since IS NULL
             AND inactive_hours > 0
             AND last_spoken_at + inactive_hours * interval '1 hour' <= $5 THEN 'inactive'
           ELSE 'open' END AS outcome
    FROM (SELECT resolved_at, ai_answers, person_answers, confirmed_at, settled_at, last_spoken_at,
                 waiting_since, inactive_hours, handed_over_at IS NULL AND person_answers = 0 AS is_machines,
                 last_spoken_at >= last_heard_at AS is_ours_last
            FROM conversations
           WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
             AND opened_at >= $3 AND opened_at < $4) AS c
)
SELECT outcome, count(*)::integer AS conversations,
       (count(*)::float8 / sum(count(*)) OVER ())::float8 AS share
  FROM opened
 GROUP BY outcome
 ORDER BY conversations DESC, outcome;
