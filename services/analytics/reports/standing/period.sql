-- The periods that all of `standing` is about, from 1 on, as of $5 in the quarter that ends at $6. Whatever a table is compared with is reckoned
-- here: behind row policies an index is only sought by what stands in a column.
WITH period AS MATERIALIZED (
  SELECT place::integer, since, until, as_of, date_trunc('day', until, 'UTC') AS last_day,
         until + interval '1 minute' AS a_minute_later, until + interval '1 hour' AS an_hour_later,
         as_of - interval '168 hours' AS week_ago,
         date_bin('15 minutes', as_of - interval '168 hours', 'epoch') AS week_ago_quarter,
         extract(epoch FROM since)::bigint AS since_second, extract(epoch FROM until)::bigint AS until_second
    FROM unnest($3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS p (since, until, place),
         LATERAL (SELECT least(until, $5::timestamptz)) AS moment (as_of)
),
-- What silence has yet to change, but for the quarter that we are in: by the day of opening, quarter by quarter (`opened_within`).
unripe AS MATERIALIZED (
  SELECT metric, left(label, 10)::bigint AS day, substr(label, 12) AS change, sum(count) AS count
    FROM (SELECT metric, rolled_label(metric, label) AS label, rolled_count(metric, label, count) AS count
            FROM tallies
           WHERE tenant_id = $1 AND generation = $2 AND metric IN ('outcome_ripens', 'solution_ripens')
             AND bucket >= $6 AND bucket < date_bin('1 hour', $6 + interval '45 minutes', 'epoch')
          UNION ALL
          SELECT metric, label, count
            FROM rollups
           WHERE tenant_id = $1 AND generation = $2 AND metric IN ('outcome_ripens', 'solution_ripens') AND grain = 'hour'
             AND bucket >= date_bin('1 hour', $6 + interval '45 minutes', 'epoch')
             AND bucket < date_bin('1 day', $6 + interval '1425 minutes', 'epoch')
          UNION ALL
          SELECT metric, label, count
            FROM rollups
           WHERE tenant_id = $1 AND generation = $2 AND metric IN ('outcome_ripens', 'solution_ripens') AND grain = 'day'
             AND bucket >= date_bin('1 day', $6 + interval '1425 minutes', 'epoch')) AS part
   GROUP BY metric, day, change
),
-- In place of a period, the conversations of it that are to change.
changing AS MATERIALIZED (
  SELECT place, metric, change, sum(opened_within(count, (since_second - day)::integer, (until_second - day)::integer)) AS count
    FROM period JOIN unripe ON day + 86400 > since_second AND day < until_second
   GROUP BY place, metric, change
)
