-- First responses given and resolutions recorded in [$3, $4), in seconds; percentile_disc is the
-- nearest rank, so always an observed value.
WITH durations AS (
  SELECT 'first_response' AS name, first_answered_at - started_at AS spent
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND first_answered_at >= $3 AND first_answered_at < $4
  UNION ALL
  SELECT 'resolution', ended_at - started_at - stood_resolved
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND resolved_at >= $3 AND resolved_at < $4
), seconds AS (
  SELECT name, round(greatest(extract(epoch FROM spent), 0), 3) AS spent FROM durations
)
SELECT name,
       count(*)::integer AS count,
       round(avg(spent), 3)::float8 AS avg,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY spent)::float8 AS p50,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY spent)::float8 AS p90
  FROM seconds
 GROUP BY name;
