-- First-response clocks: met on the day they stopped, breached on the day they were due, at risk
-- as of the end of [$3, $4) or of now ($5). Resolved before an answer: cancelled, in neither.
WITH clock AS (
  SELECT started_at, due_at, stopped_at, least(stopped_at, resolved_at) AS halted_at,
         least($4::timestamptz, $5::timestamptz) AS as_of
    FROM clocks
   WHERE tenant_id = $1 AND generation = $2
     AND (due_at >= $3 OR stopped_at >= $3)
)
SELECT count(*) FILTER (
         WHERE stopped_at = halted_at AND stopped_at <= due_at
           AND stopped_at >= $3 AND stopped_at < $4)::integer AS met,
       count(*) FILTER (
         WHERE due_at >= $3 AND due_at < as_of
           AND (halted_at IS NULL OR halted_at > due_at))::integer AS breached,
       count(*) FILTER (
         WHERE due_at >= as_of AND started_at + 0.8 * (due_at - started_at) <= as_of
           AND (halted_at IS NULL OR halted_at > as_of))::integer AS at_risk
  FROM clock;
