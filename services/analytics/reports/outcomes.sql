-- How the conversations opened in [$3, $4) stand as of $5: exactly one outcome each. Sums hold what they come to in the end; what
-- silence has yet to change is taken back: whole quarters from sums, the one that ends at $6 and $5 is in from facts.
WITH ripening AS (
  -- Many small counts of few changes are added up before they are taken apart. A label begins with a moment of ten digits.
  SELECT split_part(change, ' ', 1) AS before, split_part(change, ' ', 2) AS after, count
    FROM (SELECT substr(label, 12) AS change, sum(count) AS count
            FROM tallies
           WHERE tenant_id = $1 AND generation = $2 AND metric = 'outcome_ripens' AND bucket >= $6::timestamptz
             AND label COLLATE "C" >= extract(epoch FROM $3::timestamptz)::bigint::text
             AND label COLLATE "C" < extract(epoch FROM $4::timestamptz)::bigint::text
           GROUP BY change) AS whole
  UNION ALL
  SELECT before, after, 1
    FROM conversations c, ripens(c)
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= $3 AND opened_at < $4 AND moment > $5 AND moment < $6
     AND conversation_id = ANY (ARRAY(
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND (handed_over_at IS NULL AND person_answers = 0)
              AND last_spoken_at > $5 - interval '24 hours' AND last_spoken_at < $6 - interval '24 hours'
           UNION ALL
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND NOT (handed_over_at IS NULL AND person_answers = 0)
              AND last_spoken_at > $5 - interval '168 hours' AND last_spoken_at < $6 - interval '168 hours'
           UNION ALL
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND settled_at > $5 AND settled_at < $6))
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
