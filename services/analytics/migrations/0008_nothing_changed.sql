-- An upsert, and a MERGE, fires the triggers of every kind of change that it could have made. Most of them have no rows to count: a page of
-- sixty events added nothing up a dozen times, each time through two more statements. So each looks first. Bodies stay as in 0004 and 0005.
SET LOCAL ROLE analytics_owner;

DO $$
DECLARE body regproc; rows text;
BEGIN
  FOR body, rows IN
    SELECT DISTINCT t.tgfoid::regproc, coalesce(t.tgnewtable, t.tgoldtable)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'analytics'::regnamespace AND coalesce(t.tgnewtable, t.tgoldtable) IS NOT NULL
  LOOP
    EXECUTE regexp_replace(pg_get_functiondef(body), 'BEGIN',
                           format('BEGIN IF NOT EXISTS (SELECT FROM %I) THEN RETURN NULL; END IF;', rows));
  END LOOP;
END $$;
