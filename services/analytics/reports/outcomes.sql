-- How the conversations opened in [$3, $4) stand as of $5: exactly one outcome each. Sums hold what they come to in the end; what
-- silence has yet to change is taken back: whole quarters from sums, the one that $5 is in from facts.
WITH now AS (
  SELECT $5::timestamptz AS at, date_bin('15 minutes', $5, 'epoch') + interval '15 minutes' AS quarter_ends
), ripening AS (
  SELECT split_part(label, ' ', 2) AS before, split_part(label, ' ', 3) AS after, count
    FROM now, tallies
   WHERE tenant_id = $1 AND generation = $2 AND metric = 'outcome_ripens' AND bucket >= quarter_ends
     AND split_part(label, ' ', 1)::bigint >= extract(epoch FROM $3::timestamptz)
     AND split_part(label, ' ', 1)::bigint < extract(epoch FROM $4::timestamptz)
  UNION ALL
  SELECT before, after, 1
    FROM now, conversations c, ripens(c)
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= $3 AND opened_at < $4 AND moment > at AND moment < quarter_ends
     AND conversation_id IN (
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND (handed_over_at IS NULL AND person_answers = 0)
              AND last_spoken_at > at - interval '24 hours'
              AND last_spoken_at < quarter_ends - interval '24 hours'
           UNION ALL
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND NOT (handed_over_at IS NULL AND person_answers = 0)
              AND last_spoken_at > at - interval '168 hours'
              AND last_spoken_at < quarter_ends - interval '168 hours'
           UNION ALL
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND settled_at > at AND settled_at < quarter_ends)
), standing AS (
  SELECT label AS outcome, count FROM counted($1, $2, ARRAY['outcome'], $3, $4)
  UNION ALL SELECT before, count FROM ripening
  UNION ALL SELECT after, -count FROM ripening
)
SELECT outcome, sum(count)::integer AS conversations,
       (sum(count)::float8 / sum(sum(count)) OVER ())::float8 AS share
  FROM standing
 GROUP BY outcome
HAVING sum(count) > 0
 ORDER BY conversations DESC, outcome;
