-- Of the conversations opened in [$3, $4): answered by the machine, resolved by it as of now ($5),
-- handed over. `durable`: the machine's resolutions a week earlier, after which a week went by
-- without a word from that contact on that channel account.
WITH opened AS (
  SELECT ai_answers > 0 AS involved,
         handed_over_at IS NOT NULL AS handed_over,
         handed_over_at IS NULL AND person_answers = 0 AND EXISTS (
           SELECT FROM ai_resolutions a
            WHERE a.tenant_id = $1 AND a.generation = $2
              AND a.conversation_id = c.conversation_id
              AND a.returned_at IS NULL AND (a.is_confirmed OR a.recorded_at <= $5)
         ) AS resolved
    FROM conversations c
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= $3 AND opened_at < $4
), ripe AS (
  SELECT a.returned_at IS NULL OR a.returned_at > a.recorded_at + interval '168 hours' AS stayed,
         EXISTS (
           SELECT FROM conversations later
            WHERE later.tenant_id = $1 AND later.generation = $2
              AND later.customer_id = c.customer_id AND later.channel_id = c.channel_id
              AND later.opened_at > a.recorded_at
              AND later.opened_at <= a.recorded_at + interval '168 hours'
         ) AS wrote_again
    FROM ai_resolutions a
    JOIN conversations c USING (tenant_id, generation, conversation_id)
   WHERE a.tenant_id = $1 AND a.generation = $2
     AND a.recorded_at >= $3 - interval '168 hours'
     AND a.recorded_at < least($4, $5) - interval '168 hours'
)
SELECT count(*)::integer AS opened,
       count(*) FILTER (WHERE involved)::integer AS involved,
       count(*) FILTER (WHERE involved AND resolved)::integer AS resolved,
       count(*) FILTER (WHERE handed_over)::integer AS handed_over,
       (SELECT count(*)::integer FROM ripe) AS settled,
       (SELECT count(*)::integer FROM ripe WHERE stayed AND NOT wrote_again) AS durable
  FROM opened;
