-- The definition, read slowly: what test_sums.py holds the reports to.
-- Of the conversations opened in [$3, $4): answered by the machine, resolved by it as of now ($5),
-- handed over. `durable`: the machine's resolutions a week earlier, after which a week went by
-- without a word from that contact on that channel account.
WITH opened AS (
  SELECT ai_answers > 0 AS involved,
         handed_over_at IS NOT NULL AS handed_over,
         handed_over_at IS NULL AND person_answers = 0 AND settled_at <= $5 AS resolved
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= $3 AND opened_at < $4
), moments AS (
  SELECT customer_id, channel_id, recorded_at AS moment, true AS is_resolution,
         returned_at IS NULL OR returned_at > recorded_at + interval '168 hours' AS stayed
    FROM ai_resolutions
   WHERE tenant_id = $1 AND generation = $2
     AND recorded_at >= $3 - interval '168 hours'
     AND recorded_at < least($4, $5) - interval '168 hours'
  UNION ALL
  SELECT customer_id, channel_id, opened_at, false, false
    FROM conversations
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= $3 - interval '168 hours' AND opened_at < $4
), ripe AS (
  -- A window and no join: right after a rebuild the planner knows nothing of these tables.
  SELECT is_resolution, stayed, moment,
         min(moment) FILTER (WHERE NOT is_resolution) OVER (
           PARTITION BY customer_id, channel_id ORDER BY moment
           ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
         ) AS next_opened_at
    FROM moments
)
SELECT count(*)::integer AS opened,
       count(*) FILTER (WHERE involved)::integer AS involved,
       count(*) FILTER (WHERE involved AND resolved)::integer AS resolved,
       count(*) FILTER (WHERE handed_over)::integer AS handed_over,
       (SELECT count(*)::integer FROM ripe WHERE is_resolution) AS settled,
       (SELECT count(*)::integer
          FROM ripe
         WHERE is_resolution AND stayed
           AND (next_opened_at IS NULL OR next_opened_at > moment + interval '168 hours'))
         AS durable
  FROM opened;
