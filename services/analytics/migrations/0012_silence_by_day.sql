-- What silence has yet to change is counted by the quarter in which it will and, in the label, the quarter in which the conversation was opened: a
-- week of a busy tenant is a thousand such counts, all read by every dashboard. So they too are summed by hour and day; there the label has the day of
-- opening and the count eight digits a quarter of that day, as a spread (0005) has for each bin. A period that begins or ends within a day takes
-- its quarters out (`opened_within`).
SET LOCAL ROLE analytics_owner;

CREATE FUNCTION rolled_label(metric text, label text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN metric LIKE '%\_ripens' THEN (left(label, 10)::bigint / 86400 * 86400)::text || substr(label, 11) ELSE label END
$$;

CREATE FUNCTION rolled_count(metric text, label text, count numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN metric LIKE '%\_ripens' THEN count * spread((left(label, 10)::bigint % 86400 / 900)::integer) ELSE count END
$$;

-- Of such a count, what was opened in [since, until), in seconds of its day and on quarters: those digits, eight by eight, added up by
-- casting out nines.
CREATE FUNCTION opened_within(count numeric, since integer, until integer) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT mod(div(mod(count, spread(least(until, 86400) / 900)), spread(greatest(since, 0) / 900)), 99999999)
$$;

DO $$
DECLARE change text; rows text; given text;
BEGIN
  FOR change, rows, given IN VALUES
    ('insert', 'SELECT 1 AS sign, * FROM new_rows', 'new_rows'),
    ('update', 'SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows', 'new_rows'),
    ('delete', 'SELECT -1 AS sign, * FROM old_rows', 'old_rows')
  LOOP
    EXECUTE format($function$
      CREATE OR REPLACE FUNCTION roll_up_%1$s() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp
      SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $body$
      BEGIN
        IF NOT EXISTS (SELECT FROM %3$I) THEN RETURN NULL; END IF;
        MERGE INTO rollups r USING (
          SELECT tenant_id, generation, metric, grain, date_trunc(grain, bucket, 'UTC') AS bucket, rolled_label(metric, label) AS label,
                 sum(sign * rolled_count(metric, label, count)) AS count
            FROM (%2$s) AS changed CROSS JOIN (VALUES ('hour'), ('day')) AS g (grain)
           WHERE EXISTS (SELECT FROM cursors c WHERE (c.tenant_id, c.generation) = (changed.tenant_id, changed.generation))
           GROUP BY 1, 2, 3, 4, 5, 6
          HAVING sum(sign * rolled_count(metric, label, count)) <> 0
        ) AS c ON (r.tenant_id, r.generation, r.metric, r.grain, r.bucket, r.label)
                = (c.tenant_id, c.generation, c.metric, c.grain, c.bucket, c.label)
        WHEN MATCHED AND r.count + c.count = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET count = r.count + c.count
        WHEN NOT MATCHED THEN
          INSERT VALUES (c.tenant_id, c.generation, c.metric, c.grain, c.bucket, c.label, c.count);
        RETURN NULL;
      END $body$
      $function$, change, rows, given);
  END LOOP;
END $$;

-- What is filled in here is what the triggers would have written.
ALTER TABLE tallies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rollups NO FORCE ROW LEVEL SECURITY;
INSERT INTO rollups
SELECT tenant_id, generation, metric, 'hour', date_trunc('hour', bucket, 'UTC') AS hour, rolled_label(metric, label) AS rolled,
       sum(rolled_count(metric, label, count))
  FROM tallies WHERE metric LIKE '%\_ripens' GROUP BY tenant_id, generation, metric, hour, rolled;
INSERT INTO rollups
SELECT tenant_id, generation, metric, 'day', date_trunc('day', bucket, 'UTC') AS day, label, sum(count)
  FROM rollups WHERE metric LIKE '%\_ripens' GROUP BY tenant_id, generation, metric, day, label;
ALTER TABLE tallies FORCE ROW LEVEL SECURITY;
ALTER TABLE rollups FORCE ROW LEVEL SECURITY;
