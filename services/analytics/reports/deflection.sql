-- Of the conversations opened in [$3, $4): answered by the machine, resolved by it as of now ($5, in
-- the quarter that ends at $6), handed over. `durable`: the machine's resolutions a week earlier, up
-- to $8 in the quarter from $7 on, after which a week went by without a word from that contact on
-- that channel account.
WITH opened AS (
  SELECT coalesce(sum(count) FILTER (WHERE metric = 'outcome'), 0) AS opened,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_involved'), 0) AS involved,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_solved'), 0) AS solved,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_handed_over'), 0) AS handed_over
    FROM counted($1, $2, ARRAY['outcome', 'opened_involved', 'opened_solved', 'opened_handed_over'],
                 $3, $4)
), ripening AS (
  SELECT count
    FROM tallies
   WHERE tenant_id = $1 AND generation = $2 AND metric = 'solution_ripens' AND bucket >= $6::timestamptz
     AND label::bigint >= extract(epoch FROM $3::timestamptz)
     AND label::bigint < extract(epoch FROM $4::timestamptz)
  UNION ALL
  SELECT 1
    FROM (SELECT c FROM conversations c
           WHERE tenant_id = $1 AND generation = $2 AND settled_at > $5::timestamptz AND settled_at < $6
          OFFSET 0) AS settled
   WHERE (c).started_at IS NOT NULL AND is_solved_at(c, 'infinity')
     AND (c).opened_at >= $3 AND (c).opened_at < $4
), solution AS (
  SELECT metric, count
    FROM counted($1, $2, ARRAY['solutions', 'solutions_durable'], $3 - interval '168 hours', $7)
  UNION ALL
  SELECT metric, count
    FROM ai_resolutions r, adds(r)
   WHERE tenant_id = $1 AND generation = $2 AND recorded_at >= $7 AND recorded_at < $8
)
SELECT opened::integer,
       involved::integer,
       (solved - (SELECT coalesce(sum(count), 0) FROM ripening))::integer AS resolved,
       handed_over::integer,
       (SELECT coalesce(sum(count), 0)::integer FROM solution WHERE metric = 'solutions') AS settled,
       (SELECT coalesce(sum(count), 0)::integer FROM solution WHERE metric = 'solutions_durable')
         AS durable
  FROM opened;
