-- What so many messages over 400 days leave behind: four a conversation, answered by the machine in nine of ten, its label and its counts.
-- Waits are as uneven as real ones. It is filled to be read: without a log, and indexes are built when the rows are there.
ALTER TABLE responses SET UNLOGGED;
ALTER TABLE ai_resolutions SET UNLOGGED;
ALTER TABLE handovers SET UNLOGGED;
ALTER TABLE clocks SET UNLOGGED;
ALTER TABLE ratings SET UNLOGGED;
ALTER TABLE conversations SET UNLOGGED;
ALTER TABLE tallies SET UNLOGGED;
ALTER TABLE rollups SET UNLOGGED;
CREATE UNLOGGED TABLE postponed AS
SELECT relname AS fact, indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
 WHERE relnamespace = 'analytics'::regnamespace AND relname IN ('conversations', 'responses', 'clocks', 'ai_resolutions', 'handovers', 'ratings')
   AND NOT indisprimary;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT p.name FROM postponed p LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
END $$;
CREATE PROCEDURE make_indexes(facts text[]) LANGUAGE plpgsql AS $$ DECLARE definition text; BEGIN
  FOR definition IN SELECT p.definition FROM postponed p WHERE fact = ANY (facts) LOOP EXECUTE definition; END LOOP;
END $$;

INSERT INTO cursors (tenant_id, generation, is_live, epoch, sequence, event_id, occurred_at) VALUES ('bench', 1, true, 'e', 1, 'e1', now());
SELECT setseed(0.5);
CREATE UNLOGGED TABLE cases AS
SELECT n, 'c' || n AS id, 'k' || n % greatest(:count / 12, 1) AS customer, now() - n * interval '400 days' / (:count / 4) AS at,
       n % 10 = 0 AS by_person, exp(random_normal(CASE WHEN n % 10 = 0 THEN 6 ELSE 1 END, 1.5)) * interval '1 second' AS first,
       exp(random_normal(CASE WHEN n % 10 = 0 THEN 6 ELSE 1 END, 1.5)) * interval '1 second' AS next
  FROM generate_series(1, :count / 4) n;
