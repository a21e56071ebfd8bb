-- The periods that all of `standing` is about, from 1 on, as of $5 in the quarter that ends at $6. Whatever a table is compared with is reckoned
-- here: behind row policies an index is only sought by what stands in a column.
WITH period AS MATERIALIZED (
  SELECT place::integer, since, until, as_of, date_trunc('day', until, 'UTC') AS last_day,
         until + interval '1 minute' AS a_minute_later, until + interval '1 hour' AS an_hour_later,
         as_of - interval '168 hours' AS week_ago,
         date_bin('15 minutes', as_of - interval '168 hours', 'epoch') AS week_ago_quarter,
         extract(epoch FROM since)::bigint::text COLLATE "C" AS since_label,
         extract(epoch FROM until)::bigint::text COLLATE "C" AS until_label
    FROM unnest($3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS p (since, until, place),
         LATERAL (SELECT least(until, $5::timestamptz)) AS moment (as_of)
)
