-- First responses given, waits answered, handovers answered and resolutions recorded in [$3, $4): the
-- spread of each (`services/analytics/spread.py`) and the sum, of everybody together ('') and by whose
-- answers they are; `…_business` in open hours.
SELECT name AS metric,
       CASE WHEN grouping(label) = 0 THEN label ELSE '' END AS label,
       sum(count) FILTER (WHERE NOT is_sum)::text AS spread,
       coalesce(sum(count) FILTER (WHERE is_sum), 0)::bigint AS microseconds
  FROM (SELECT regexp_replace(metric, '_us$', '') AS name, metric LIKE '%\_us' AS is_sum, label, count
          FROM counted($1, $2,
                       ARRAY['first_response', 'first_response_us',
                             'first_response_business', 'first_response_business_us',
                             'next_response', 'next_response_us',
                             'next_response_business', 'next_response_business_us',
                             'human_first_response', 'human_first_response_us',
                             'human_first_response_business', 'human_first_response_business_us',
                             'resolution', 'resolution_us',
                             'resolution_business', 'resolution_business_us'],
                       $3, $4)) AS part
 GROUP BY GROUPING SETS ((name), (name, label))
HAVING grouping(label) = 1 OR label <> '';
