-- Clocks by kind: met on the day they stopped, breached on the day they were due, at risk as of the
-- end of [$3, $4) or of now ($5); stopped by a resolution without an answer: cancelled, in neither.
-- What an older log told of a clock is only when it is due: the rest follows from answers.
WITH untold AS (
  SELECT kind, started_at, due_at, stopped_at, least(stopped_at, resolved_at) AS halted_at,
         least($4::timestamptz, $5::timestamptz) AS as_of
    FROM clocks
   WHERE tenant_id = $1 AND generation = $2 AND NOT is_told AND (due_at >= $3 OR stopped_at >= $3)
), judged AS (
  SELECT label AS kind, metric, count
    FROM counted($1, $2, ARRAY['clocks_met', 'clocks_breached', 'clocks_cancelled'], $3, $4)
  UNION ALL
  SELECT kind, 'at_risk', 1
    FROM clocks
   WHERE tenant_id = $1 AND generation = $2 AND is_told AND outcome = '' AND stopped_at IS NULL
     AND breached_at IS NULL AND at_risk_at <= least($4, $5)
  UNION ALL
  SELECT kind, 'clocks_met', 1
    FROM untold
   WHERE stopped_at = halted_at AND stopped_at <= due_at AND stopped_at >= $3 AND stopped_at < $4
  UNION ALL
  SELECT kind, 'clocks_breached', 1
    FROM untold
   WHERE due_at >= $3 AND due_at < as_of AND (halted_at IS NULL OR halted_at > due_at)
  UNION ALL
  SELECT kind, 'at_risk', 1
    FROM untold
   WHERE due_at >= as_of AND started_at + 0.8 * (due_at - started_at) <= as_of
     AND (halted_at IS NULL OR halted_at > as_of)
)
SELECT kind,
       coalesce(sum(count) FILTER (WHERE metric = 'clocks_met'), 0)::integer AS met,
       coalesce(sum(count) FILTER (WHERE metric = 'clocks_breached'), 0)::integer AS breached,
       coalesce(sum(count) FILTER (WHERE metric = 'at_risk'), 0)::integer AS at_risk,
       coalesce(sum(count) FILTER (WHERE metric = 'clocks_cancelled'), 0)::integer AS cancelled
  FROM judged
 GROUP BY kind
HAVING sum(count) > 0
 ORDER BY kind;
