-- Clocks by kind, at risk as of the end of [since, until) or of now. What an older log told of a clock is only when it is due: whether it
-- was met on the day it stopped, or breached on the day it was due, follows from answers; stopped by a resolution without one, neither.
WITH untold AS (
  SELECT place, kind, started_at, due_at, stopped_at, least(stopped_at, resolved_at) AS halted_at,
         since, until, as_of
    FROM period, clocks
   WHERE tenant_id = $1 AND generation = $2 AND NOT is_told AND (due_at >= since OR stopped_at >= since)
)
SELECT place, 'clocks_at_risk' AS metric, kind AS label, count(*) AS count
  FROM period, clocks
 WHERE tenant_id = $1 AND generation = $2 AND is_told AND outcome = '' AND stopped_at IS NULL
   AND breached_at IS NULL AND at_risk_at <= as_of
 GROUP BY place, kind
UNION ALL
SELECT place, 'clocks_met', kind, 1
  FROM untold
 WHERE stopped_at = halted_at AND stopped_at <= due_at AND stopped_at >= since AND stopped_at < until
UNION ALL
SELECT place, 'clocks_breached', kind, 1
  FROM untold
 WHERE due_at >= since AND due_at < as_of AND (halted_at IS NULL OR halted_at > due_at)
UNION ALL
SELECT place, 'clocks_at_risk', kind, 1
  FROM untold
 WHERE due_at >= as_of AND started_at + 0.8 * (due_at - started_at) <= as_of
   AND (halted_at IS NULL OR halted_at > as_of)
