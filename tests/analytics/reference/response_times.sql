-- The definition, read slowly: what test_sums.py holds the reports to.
-- First responses given, waits answered, handovers answered and resolutions recorded in [$3, $4), in
-- seconds; percentile_disc is the nearest rank, so always an observed value. A name ends in whose
-- answers they are, or in `business` for open hours.
WITH answer AS (
  SELECT answered_by, is_first, answered_at - asked_at AS spent, business
    FROM responses
   WHERE tenant_id = $1 AND generation = $2 AND asked_at IS NOT NULL
     AND answered_at >= $3 AND answered_at < $4 AND NOT is_first
), first AS (
  SELECT first_answered_by AS answered_by, first_answered_at - started_at AS spent,
         first_business AS business
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND first_answered_at >= $3 AND first_answered_at < $4
), resolution AS (
  SELECT ended_at - started_at - stood_resolved AS spent, business_spent AS business
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND resolved_at >= $3 AND resolved_at < $4
), human AS (
  SELECT answered_at - asked_at AS spent, business
    FROM handovers
   WHERE tenant_id = $1 AND generation = $2 AND answered_at >= $3 AND answered_at < $4
), durations AS (
  SELECT 'first_response' AS name, spent FROM first
  UNION ALL SELECT 'first_response_' || answered_by, spent FROM first
  UNION ALL SELECT 'first_response_business', business FROM first
  UNION ALL SELECT 'next_response', spent FROM answer
  UNION ALL SELECT 'next_response_' || answered_by, spent FROM answer
  UNION ALL SELECT 'next_response_business', business FROM answer
  UNION ALL SELECT 'human_first_response', spent FROM human
  UNION ALL SELECT 'human_first_response_business', business FROM human
  UNION ALL SELECT 'resolution', spent FROM resolution
  UNION ALL SELECT 'resolution_business', business FROM resolution
), summed AS (
  -- One sort a name, and of intervals: as numbers they cost several times as much.
  SELECT name, count(*)::integer AS count, avg(spent) AS avg,
         percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY spent) AS ranked
    FROM (SELECT name, greatest(spent, '0') AS spent FROM durations) AS d
   GROUP BY name
)
SELECT name, count,
       round(extract(epoch FROM avg), 3)::float8 AS avg,
       round(extract(epoch FROM ranked[1]), 3)::float8 AS p50,
       round(extract(epoch FROM ranked[2]), 3)::float8 AS p90
  FROM summed;
