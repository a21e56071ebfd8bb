-- Of the conversations opened in [$3, $4): answered by the machine, resolved by it as of now ($5),
-- handed over. `durable`: the machine's resolutions a week earlier, after which a week went by
-- without a word from that contact on that channel account.
WITH now AS (
  SELECT $5::timestamptz AS at, date_bin('15 minutes', $5, 'epoch') + interval '15 minutes' AS quarter_ends,
         least($4, $5) - interval '168 hours' AS week_ago
), opened AS (
  SELECT coalesce(sum(count) FILTER (WHERE metric = 'outcome'), 0) AS opened,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_involved'), 0) AS involved,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_solved'), 0) AS solved,
         coalesce(sum(count) FILTER (WHERE metric = 'opened_handed_over'), 0) AS handed_over
    FROM counted($1, $2, ARRAY['outcome', 'opened_involved', 'opened_solved', 'opened_handed_over'],
                 $3, $4)
), ripening AS (
  SELECT count
    FROM now, tallies
   WHERE tenant_id = $1 AND generation = $2 AND metric = 'solution_ripens' AND bucket >= quarter_ends
     AND label::bigint >= extract(epoch FROM $3::timestamptz)
     AND label::bigint < extract(epoch FROM $4::timestamptz)
  UNION ALL
  SELECT 1
    FROM now, conversations c
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL AND is_solved_at(c, 'infinity')
     AND settled_at > at AND settled_at < quarter_ends AND opened_at >= $3 AND opened_at < $4
), solution AS (
  SELECT metric, count
    FROM now, counted($1, $2, ARRAY['solutions', 'solutions_durable'], $3 - interval '168 hours',
                      date_bin('15 minutes', week_ago, 'epoch'))
  UNION ALL
  SELECT metric, count
    FROM now, ai_resolutions r, adds(r)
   WHERE tenant_id = $1 AND generation = $2
     AND recorded_at >= date_bin('15 minutes', week_ago, 'epoch') AND recorded_at < week_ago
)
SELECT opened::integer,
       involved::integer,
       (solved - (SELECT coalesce(sum(count), 0) FROM ripening))::integer AS resolved,
       handed_over::integer,
       (SELECT coalesce(sum(count), 0)::integer FROM solution WHERE metric = 'solutions') AS settled,
       (SELECT coalesce(sum(count), 0)::integer FROM solution WHERE metric = 'solutions_durable')
         AS durable
  FROM opened;
