-- What metrics add up to, by place and label. A place is some stretches of time, read in the steps that `sums.py` cuts them into; a spread
-- ($9 names them) is too long for a number and comes as PostgreSQL sends its digits (`spread.py`).
SELECT place, metric, label,
       CASE WHEN metric <> ALL ($9::text[]) THEN sum(count)::bigint END AS count,
       CASE WHEN metric = ANY ($9::text[]) THEN numeric_send(sum(count)) END AS spread
  FROM unnest($3::integer[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[], $8::timestamptz[])
         AS step (place, metrics, grain, sign, since, until),
       LATERAL (
         SELECT metric, label, CASE WHEN sign < 0 THEN -count ELSE count END AS count
           FROM rollups
          WHERE step.grain <> 'quarter' AND tenant_id = $1 AND generation = $2
            AND metric = ANY (string_to_array(step.metrics, ' ')) AND grain = step.grain
            AND bucket >= since AND bucket < until
         UNION ALL
         SELECT metric, label, CASE WHEN sign < 0 THEN -count ELSE count END
           FROM tallies
          WHERE step.grain = 'quarter' AND tenant_id = $1 AND generation = $2
            AND metric = ANY (string_to_array(step.metrics, ' '))
            AND bucket >= since AND bucket < until) AS part
 GROUP BY place, metric, label
HAVING sum(count) <> 0;
