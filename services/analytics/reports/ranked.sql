-- Of waits that ended in [$3, $4): in the order asked for, the wait of metric $5, by whom $6 ('': anybody)
-- that comes after $8 shorter ones of its bin $7.
SELECT round(greatest(extract(epoch FROM wait), 0), 3)::float8 AS seconds
  FROM unnest($5::text[], $6::text[], $7::integer[], $8::bigint[])
         WITH ORDINALITY AS asked (metric, label, bin, shorter, place),
       LATERAL (
         SELECT wait
           FROM waits w
          WHERE w.tenant_id = $1 AND w.generation = $2 AND w.at >= $3 AND w.at < $4
            AND w.metric = asked.metric AND w.bin = asked.bin
            AND (asked.label = '' OR w.label = asked.label)
          ORDER BY wait
         OFFSET asked.shorter LIMIT 1) AS found
 ORDER BY place;
