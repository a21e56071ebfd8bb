-- The definition, read slowly: what test_sums.py holds the reports to.
-- Clocks by kind: met on the day they stopped, breached on the day they were due, at risk as of the
-- end of [$3, $4) or of now ($5); stopped by a resolution without an answer: cancelled, in neither.
-- What an older log told of a clock is only when it is due: the rest follows from answers.
WITH clock AS (
  SELECT kind, is_told, started_at, due_at, at_risk_at, breached_at, outcome, stopped_at,
         least(stopped_at, resolved_at) AS halted_at,
         least($4::timestamptz, $5::timestamptz) AS as_of
    FROM clocks
   WHERE tenant_id = $1 AND generation = $2
     AND (due_at >= $3 OR stopped_at >= $3 OR breached_at >= $3
          OR (stopped_at IS NULL AND at_risk_at IS NOT NULL))
), judged AS (
  SELECT kind,
         CASE WHEN is_told THEN outcome = 'met'
              ELSE stopped_at = halted_at AND stopped_at <= due_at END
           AND stopped_at >= $3 AND stopped_at < $4 AS is_met,
         CASE WHEN is_told THEN breached_at >= $3 AND breached_at < $4
              ELSE due_at >= $3 AND due_at < as_of
                AND (halted_at IS NULL OR halted_at > due_at) END AS is_breached,
         CASE WHEN is_told THEN outcome = '' AND at_risk_at <= as_of AND breached_at IS NULL
              ELSE due_at >= as_of AND started_at + 0.8 * (due_at - started_at) <= as_of
                AND (halted_at IS NULL OR halted_at > as_of) END AS is_at_risk,
         is_told AND outcome = 'cancelled' AND stopped_at >= $3 AND stopped_at < $4
           AS is_cancelled
    FROM clock
)
SELECT kind,
       count(*) FILTER (WHERE is_met)::integer AS met,
       count(*) FILTER (WHERE is_breached)::integer AS breached,
       count(*) FILTER (WHERE is_at_risk)::integer AS at_risk,
       count(*) FILTER (WHERE is_cancelled)::integer AS cancelled
  FROM judged
 GROUP BY kind
 ORDER BY kind;
