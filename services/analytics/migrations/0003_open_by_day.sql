-- How many conversations are open is a sum over all of history; a day at a time it stays short. The database keeps it beside the
-- quarters, so that processes of an older version, which know nothing of it, keep it too.
SET LOCAL ROLE analytics_owner;

CREATE TABLE open_by_day (
  tenant_id  text   NOT NULL,
  generation integer NOT NULL,
  day        timestamptz NOT NULL,  -- in UTC
  count      bigint NOT NULL,       -- opened and reopened, less resolved
  PRIMARY KEY (tenant_id, generation, day),
  FOREIGN KEY (tenant_id, generation) REFERENCES cursors ON DELETE CASCADE
);

ALTER TABLE tallies NO FORCE ROW LEVEL SECURITY;
INSERT INTO open_by_day
SELECT tenant_id, generation, date_trunc('day', bucket, 'UTC'), sum(count)
  FROM tallies WHERE metric = 'conversations_open' GROUP BY 1, 2, 3;
ALTER TABLE tallies FORCE ROW LEVEL SECURITY;

ALTER TABLE open_by_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE open_by_day FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON open_by_day TO analytics_app
  USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')));
GRANT SELECT, INSERT, UPDATE, DELETE ON open_by_day TO analytics_app;

CREATE FUNCTION count_open_by_day() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  INSERT INTO open_by_day AS o VALUES (NEW.tenant_id, NEW.generation, date_trunc('day', NEW.bucket, 'UTC'),
                                       NEW.count - CASE TG_OP WHEN 'UPDATE' THEN OLD.count ELSE 0 END)
  ON CONFLICT (tenant_id, generation, day) DO UPDATE SET count = o.count + EXCLUDED.count;
  RETURN NULL;
END $$;
CREATE TRIGGER open_by_day AFTER INSERT OR UPDATE OF count ON tallies
  FOR EACH ROW WHEN (NEW.metric = 'conversations_open') EXECUTE FUNCTION count_open_by_day();
