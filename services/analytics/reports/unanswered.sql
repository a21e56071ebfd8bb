-- Waits that began before $4 and nobody had answered then, or by now ($5).
WITH wait AS (
  SELECT waiting_since AS since
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND waiting_since < least($4::timestamptz, $5::timestamptz)
     AND resolved_at IS NULL AND $3::timestamptz IS NOT NULL
  UNION ALL
  -- Of those answered since, the short ones were answered soon after $4; the long ones are few.
  SELECT asked_at
    FROM responses
   WHERE tenant_id = $1 AND generation = $2 AND asked_at < $4 AND answered_at >= $4
     AND answered_at - asked_at < interval '1 hour' AND answered_at < $4 + interval '1 hour'
  UNION ALL
  SELECT asked_at
    FROM responses
   WHERE tenant_id = $1 AND generation = $2 AND asked_at < $4 AND answered_at >= $4
     AND answered_at - asked_at >= interval '1 hour'
)
SELECT count(*)::integer AS count,
       round(extract(epoch FROM least($4::timestamptz, $5::timestamptz) - min(since)), 3)::float8 AS oldest
  FROM wait;
