-- Counts by the hour and by the day beside the quarters, so that a period is read in as many steps however much happened in it (0111).
-- The database keeps them, as it keeps `open_by_day`: processes of an older version, which know nothing of them, keep them too.
SET LOCAL ROLE analytics_owner;

-- From now on a count may also be a spread (0005), which is longer than 64 bits.
DROP TRIGGER open_by_day ON tallies;
ALTER TABLE tallies ALTER COLUMN count TYPE numeric;
CREATE TRIGGER open_by_day AFTER INSERT OR UPDATE OF count ON tallies
  FOR EACH ROW WHEN (NEW.metric = 'conversations_open') EXECUTE FUNCTION count_open_by_day();

-- What only ripens (0005) is read by the quarter and has none. A row exists where the sum is not 0, so the same facts leave the same rows in whatever order they came.
CREATE TABLE rollups (
  tenant_id  text        NOT NULL,
  generation integer     NOT NULL,
  metric     text        NOT NULL,
  grain      text        NOT NULL CHECK (grain IN ('hour', 'day')),
  bucket     timestamptz NOT NULL,  -- in UTC
  label      text        NOT NULL,
  count      numeric     NOT NULL,
  PRIMARY KEY (tenant_id, generation, metric, grain, bucket, label),
  FOREIGN KEY (tenant_id, generation) REFERENCES cursors ON DELETE CASCADE
);

CREATE FUNCTION refill_rollups() RETURNS void LANGUAGE sql SET search_path = analytics, pg_temp AS $$
  DELETE FROM rollups;
  INSERT INTO rollups
  SELECT tenant_id, generation, metric, 'hour', date_trunc('hour', bucket, 'UTC') AS hour, label, sum(count)
    FROM tallies WHERE metric NOT LIKE '%\_ripens'
   GROUP BY tenant_id, generation, metric, hour, label HAVING sum(count) <> 0;
  INSERT INTO rollups
  SELECT tenant_id, generation, metric, 'day', date_trunc('day', bucket, 'UTC') AS day, label, sum(count)
    FROM rollups WHERE grain = 'hour' GROUP BY tenant_id, generation, metric, day, label HAVING sum(count) <> 0;
$$;
REVOKE EXECUTE ON FUNCTION refill_rollups() FROM PUBLIC;

-- One function a kind of change, which differ in what they read. Nothing to do where a whole generation goes. A page changes few rows: joins
-- that read all of a table are never worth it, and the planner may not know how big it is.
DO $$
DECLARE change text; rows text;
BEGIN
  FOR change, rows IN VALUES
    ('insert', 'SELECT 1 AS sign, * FROM new_rows'),
    ('update', 'SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows'),
    ('delete', 'SELECT -1 AS sign, * FROM old_rows')
  LOOP
    EXECUTE format($function$
      CREATE FUNCTION roll_up_%1$s() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp
      SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $body$
      BEGIN
        MERGE INTO rollups r USING (
          SELECT tenant_id, generation, metric, grain, date_trunc(grain, bucket, 'UTC') AS bucket, label,
                 sum(sign * count) AS count
            FROM (%2$s) AS changed CROSS JOIN (VALUES ('hour'), ('day')) AS g (grain)
           WHERE metric NOT LIKE '%%\_ripens' AND EXISTS (SELECT FROM cursors c WHERE (c.tenant_id, c.generation) = (changed.tenant_id, changed.generation))
           GROUP BY 1, 2, 3, 4, 5, 6
          HAVING sum(sign * count) <> 0
        ) AS c ON (r.tenant_id, r.generation, r.metric, r.grain, r.bucket, r.label)
                = (c.tenant_id, c.generation, c.metric, c.grain, c.bucket, c.label)
        WHEN MATCHED AND r.count + c.count = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET count = r.count + c.count
        WHEN NOT MATCHED THEN
          INSERT VALUES (c.tenant_id, c.generation, c.metric, c.grain, c.bucket, c.label, c.count);
        RETURN NULL;
      END $body$
      $function$, change, rows);
  END LOOP;
END $$;
CREATE TRIGGER roll_up_insert AFTER INSERT ON tallies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roll_up_insert();
CREATE TRIGGER roll_up_update AFTER UPDATE ON tallies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roll_up_update();
CREATE TRIGGER roll_up_delete AFTER DELETE ON tallies REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roll_up_delete();

-- What [since, until) adds up to, both on quarters: whole days, at their ends whole hours, at their ends quarters.
CREATE FUNCTION counted(whose text, which integer, names text[], since timestamptz, until timestamptz)
RETURNS TABLE (metric text, label text, count numeric) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  first_hour timestamptz := least(date_trunc('hour', since + interval '1 hour' - interval '1 microsecond', 'UTC'), until);
  last_hour timestamptz := greatest(date_trunc('hour', until, 'UTC'), first_hour);
  first_day timestamptz := least(date_trunc('day', first_hour + interval '24 hours' - interval '1 microsecond', 'UTC'), last_hour);
  last_day timestamptz := greatest(date_trunc('day', last_hour, 'UTC'), first_day);
BEGIN
  RETURN QUERY
  SELECT metric, label, sum(count) FROM (
    SELECT metric, label, count FROM rollups
     WHERE tenant_id = whose AND generation = which AND metric = ANY(names) AND grain = 'day'
       AND bucket >= first_day AND bucket < last_day
    UNION ALL
    SELECT metric, label, count FROM rollups
     WHERE tenant_id = whose AND generation = which AND metric = ANY(names) AND grain = 'hour'
       AND bucket >= first_hour AND bucket < first_day
    UNION ALL
    SELECT metric, label, count FROM rollups
     WHERE tenant_id = whose AND generation = which AND metric = ANY(names) AND grain = 'hour'
       AND bucket >= last_day AND bucket < last_hour
    UNION ALL
    SELECT metric, label, count FROM tallies
     WHERE tenant_id = whose AND generation = which AND metric = ANY(names)
       AND bucket >= since AND bucket < first_hour
    UNION ALL
    SELECT metric, label, count FROM tallies
     WHERE tenant_id = whose AND generation = which AND metric = ANY(names)
       AND bucket >= last_hour AND bucket < until
  ) AS part GROUP BY metric, label;
END $$;

ALTER TABLE tallies NO FORCE ROW LEVEL SECURITY;
SELECT refill_rollups();
ALTER TABLE tallies FORCE ROW LEVEL SECURITY;

ALTER TABLE rollups ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollups FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON rollups TO analytics_app
  USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')));
GRANT SELECT, INSERT, UPDATE, DELETE ON rollups TO analytics_app;
