-- Of waits that ended in [since, until): in the order asked for, the wait of a metric, by whom ('': anybody), that comes after so many
-- shorter ones of its bin.
SELECT round(us / 1e6, 3)::float8 AS seconds
  FROM unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::integer[], $8::bigint[])
         WITH ORDINALITY AS asked (since, until, metric, label, bin, shorter, place),
       LATERAL (
         SELECT us
           FROM waits w
          WHERE w.tenant_id = $1 AND w.generation = $2 AND w.at >= since AND w.at < until
            AND w.metric = asked.metric AND w.bin = asked.bin
            AND (asked.label = '' OR w.label = asked.label)
          ORDER BY us
         OFFSET asked.shorter LIMIT 1) AS found
 ORDER BY place;
