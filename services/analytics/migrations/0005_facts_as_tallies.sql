-- What a fact adds to which tally, so that reports of a period read sums and not its facts (0111). The database applies the difference that
-- a page makes: `adds` of the rows as they are, less `adds` of the rows as they were.
SET LOCAL ROLE analytics_owner;

-- A wait's place among 32 to each doubling of a millisecond: the exponent and five more bits of its floating-point number. Exact, and in order.
CREATE FUNCTION bin_of(wait interval) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest((('x' || encode(substring(float8send((1000 * greatest(extract(epoch FROM wait), 0))::float8) FOR 3), 'hex'))::bit(24)::integer >> 7)
                  - 32735, 0)
$$;

-- Columns and no indexes of expressions: where rows have policies, the planner takes an index for a function only if it cannot tell what it saw.
ALTER TABLE conversations
  ADD COLUMN first_bin integer GENERATED ALWAYS AS (bin_of(first_answered_at - started_at)) STORED,
  ADD COLUMN first_business_bin integer GENERATED ALWAYS AS (bin_of(first_business)) STORED,
  ADD COLUMN resolution_bin integer GENERATED ALWAYS AS (bin_of(ended_at - started_at - stood_resolved)) STORED,
  ADD COLUMN resolution_business_bin integer GENERATED ALWAYS AS (bin_of(business_spent)) STORED;
ALTER TABLE responses
  ADD COLUMN bin integer GENERATED ALWAYS AS (bin_of(answered_at - asked_at)) STORED,
  ADD COLUMN business_bin integer GENERATED ALWAYS AS (bin_of(business)) STORED;
ALTER TABLE handovers
  ADD COLUMN bin integer GENERATED ALWAYS AS (bin_of(answered_at - asked_at)) STORED,
  ADD COLUMN business_bin integer GENERATED ALWAYS AS (bin_of(business)) STORED;

-- A bin as a number that can be added up: eight digits a bin, a one in its own. The sum of such numbers is how many waits each bin has.
CREATE FUNCTION spread(bin integer) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('1e' || 8 * bin)::numeric
$$;

CREATE FUNCTION microseconds(wait interval) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT trunc(1000000 * greatest(extract(epoch FROM wait), 0))
$$;

-- Without a look at the session's time zone, which for hours and less makes no difference.
CREATE FUNCTION later(moment timestamptz, by interval) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (moment AT TIME ZONE 'UTC' + by) AT TIME ZONE 'UTC'
$$;

-- The outcome of PRODUCT 6.2 as of a moment; `infinity`: in the end, if nothing happens any more.
CREATE FUNCTION outcome_at(c conversations, moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN c.resolved_at IS NOT NULL AND c.ai_answers + c.person_answers = 0 THEN 'no_answer'
    WHEN c.resolved_at IS NOT NULL THEN 'person'
    WHEN c.handed_over_at IS NULL AND c.person_answers = 0 THEN CASE
      WHEN c.confirmed_at <= moment THEN 'ai_confirmed'
      WHEN c.settled_at <= moment THEN 'ai_assumed'
      WHEN c.last_spoken_at >= c.last_heard_at AND moment - c.last_spoken_at >= interval '24 hours' THEN 'contained'
      ELSE 'open' END
    WHEN c.person_answers > 0 AND c.last_spoken_at >= c.last_heard_at AND c.waiting_since IS NULL
     AND moment - c.last_spoken_at >= interval '168 hours' THEN 'inactive'
    ELSE 'open' END
$$;

CREATE FUNCTION opened_quarter(c conversations) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT extract(epoch FROM date_bin('15 minutes', c.opened_at, 'epoch'))::bigint
$$;

CREATE FUNCTION is_solved_at(c conversations, moment timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT c.ai_answers > 0 AND c.handed_over_at IS NULL AND c.person_answers = 0 AND c.settled_at <= moment
$$;

-- Sums hold the outcome in the end; before that the clock alone changes it at these moments.
CREATE FUNCTION ripens(c conversations) RETURNS TABLE (moment timestamptz, before text, after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT moment, before, after
    FROM (VALUES (c.settled_at), (nullif(c.confirmed_at, c.settled_at)), (nullif(nullif(later(c.last_spoken_at,
            CASE WHEN c.handed_over_at IS NULL AND c.person_answers = 0 THEN interval '24 hours' ELSE '168 hours' END),
          c.settled_at), c.confirmed_at))) AS v (moment),
         LATERAL (SELECT outcome_at(c, later(moment, '-1 microsecond')) AS before, outcome_at(c, moment) AS after) AS o
   WHERE before <> after
$$;

CREATE FUNCTION adds(c conversations) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, at, label, count FROM (VALUES
    ('outcome', c.opened_at, outcome_at(c, 'infinity'), 1::numeric, true),
    ('opened_involved', c.opened_at, '', 1, c.ai_answers > 0),
    ('opened_handed_over', c.opened_at, '', 1, c.handed_over_at IS NOT NULL),
    ('opened_solved', c.opened_at, '', 1, is_solved_at(c, 'infinity')),
    ('first_response', c.first_answered_at, c.first_answered_by, spread(c.first_bin), true),
    ('first_response_us', c.first_answered_at, c.first_answered_by, microseconds(c.first_answered_at - c.started_at), true),
    ('first_response_business', c.first_answered_at, '', spread(c.first_business_bin), true),
    ('first_response_business_us', c.first_answered_at, '', microseconds(c.first_business), true),
    ('resolution', c.resolved_at, '', spread(c.resolution_bin), true),
    ('resolution_us', c.resolved_at, '', microseconds(c.ended_at - c.started_at - c.stood_resolved), true),
    ('resolution_business', c.resolved_at, '', spread(c.resolution_business_bin), true),
    ('resolution_business_us', c.resolved_at, '', microseconds(c.business_spent), true)
  ) AS v (metric, at, label, count, holds)
   WHERE holds AND at IS NOT NULL AND c.started_at IS NOT NULL
  UNION ALL
  SELECT 'outcome_ripens', moment, concat_ws(' ', opened_quarter(c), before, after), 1
    FROM ripens(c) WHERE c.started_at IS NOT NULL
  UNION ALL
  SELECT 'solution_ripens', c.settled_at, opened_quarter(c)::text, 1
   WHERE c.started_at IS NOT NULL AND is_solved_at(c, 'infinity')
$$;

CREATE FUNCTION adds(r responses) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, r.answered_at, label, count FROM (VALUES
    ('next_response', r.answered_by, spread(r.bin)),
    ('next_response_us', r.answered_by, microseconds(r.answered_at - r.asked_at)),
    ('next_response_business', '', spread(r.business_bin)),
    ('next_response_business_us', '', microseconds(r.business))
  ) AS v (metric, label, count)
   WHERE r.asked_at IS NOT NULL AND NOT r.is_first
$$;

CREATE FUNCTION adds(h handovers) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, h.answered_at, '', count FROM (VALUES
    ('human_first_response', spread(h.bin)),
    ('human_first_response_us', microseconds(h.answered_at - h.asked_at)),
    ('human_first_response_business', spread(h.business_bin)),
    ('human_first_response_business_us', microseconds(h.business))
  ) AS v (metric, count)
   WHERE h.answered_at IS NOT NULL
$$;

-- What an older log told only to be due (`is_told` is false) is judged from the facts.
CREATE FUNCTION adds(c clocks) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, at, c.kind, 1::numeric FROM (VALUES
    ('clocks_met', c.stopped_at, c.outcome = 'met'),
    ('clocks_cancelled', c.stopped_at, c.outcome = 'cancelled'),
    ('clocks_breached', c.breached_at, true)
  ) AS v (metric, at, holds)
   WHERE holds AND at IS NOT NULL AND c.is_told
$$;

-- Whose answers a rated conversation had stands beside the rating, and whether a contact came back within a week beside the resolution: what a
-- fact adds follows from its own row alone.
ALTER TABLE ratings ADD COLUMN answered_by text NOT NULL DEFAULT 'ai' CHECK (answered_by IN ('ai', 'mixed', 'person'));
ALTER TABLE ai_resolutions ADD COLUMN came_back boolean NOT NULL DEFAULT false;

CREATE FUNCTION adds(r ratings) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, r.rated_at, r.answered_by, count
    FROM (VALUES ('ratings', 1::numeric), ('rating_points', r.rating)) AS v (metric, count)
$$;

CREATE FUNCTION is_durable(r ai_resolutions) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT NOT r.came_back AND (r.returned_at IS NULL OR r.returned_at - r.recorded_at > interval '168 hours')
$$;

CREATE FUNCTION adds(r ai_resolutions) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT metric, r.recorded_at, '', 1::numeric
    FROM (VALUES ('solutions', true), ('solutions_durable', is_durable(r))) AS v (metric, holds)
   WHERE holds
$$;

CREATE FUNCTION answered_by(c conversations) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN c.person_answers = 0 THEN 'ai' WHEN c.ai_answers = 0 THEN 'person' ELSE 'mixed' END
$$;

CREATE INDEX conversations_by_contact ON conversations (tenant_id, generation, customer_id, channel_id, opened_at)
  WHERE started_at IS NOT NULL;
CREATE INDEX ai_resolutions_by_contact ON ai_resolutions (tenant_id, generation, customer_id, channel_id, recorded_at);

-- Everything of all facts: for an upgrade, and for whoever fills facts by hand.
CREATE FUNCTION fill_tallies() RETURNS void LANGUAGE sql SET search_path = analytics, pg_temp AS $$
  UPDATE ratings r SET answered_by = answered_by(c) FROM conversations c
   WHERE (c.tenant_id, c.generation, c.conversation_id) = (r.tenant_id, r.generation, r.conversation_id)
     AND r.answered_by <> answered_by(c);
  UPDATE ai_resolutions r SET came_back = true FROM conversations c
   WHERE (c.tenant_id, c.generation, c.customer_id, c.channel_id) = (r.tenant_id, r.generation, r.customer_id, r.channel_id)
     AND c.started_at IS NOT NULL AND c.opened_at > r.recorded_at AND c.opened_at - r.recorded_at <= interval '168 hours';
  INSERT INTO tallies
  SELECT tenant_id, generation, metric, date_bin('15 minutes', at, 'epoch') AS bucket, label, sum(count) FROM (
    SELECT tenant_id, generation, a.* FROM conversations f, adds(f) a
    UNION ALL SELECT tenant_id, generation, a.* FROM responses f, adds(f) a
    UNION ALL SELECT tenant_id, generation, a.* FROM handovers f, adds(f) a
    UNION ALL SELECT tenant_id, generation, a.* FROM clocks f, adds(f) a
    UNION ALL SELECT tenant_id, generation, a.* FROM ratings f, adds(f) a
    UNION ALL SELECT tenant_id, generation, a.* FROM ai_resolutions f, adds(f) a
  ) AS added
  GROUP BY tenant_id, generation, metric, bucket, label HAVING sum(count) <> 0;
$$;
REVOKE EXECUTE ON FUNCTION fill_tallies() FROM PUBLIC;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['conversations', 'responses', 'handovers', 'clocks', 'ratings', 'ai_resolutions', 'tallies', 'rollups'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
  END LOOP;
  PERFORM fill_tallies();
  FOREACH name IN ARRAY ARRAY['conversations', 'responses', 'handovers', 'clocks', 'ratings', 'ai_resolutions', 'tallies', 'rollups'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;

-- A table's changes by kind; conversations, handovers, clocks and ratings never go but with their generation.
DO $$
DECLARE fact text; change text; rows text;
BEGIN
  FOR fact, change, rows IN
    SELECT f, c, r
      FROM unnest(ARRAY['conversations', 'responses', 'handovers', 'clocks', 'ratings', 'ai_resolutions']) AS f,
           (VALUES ('insert', 'SELECT 1 AS sign, n::%1$I AS fact FROM new_rows n'),
                   ('update', 'SELECT 1 AS sign, n::%1$I AS fact FROM new_rows n UNION ALL SELECT -1, o::%1$I FROM old_rows o'),
                   ('delete', 'SELECT -1 AS sign, o::%1$I AS fact FROM old_rows o')) AS v (c, r)
     WHERE c <> 'delete' OR f IN ('responses', 'ai_resolutions')
  LOOP
    EXECUTE format($function$
      CREATE FUNCTION %3$I() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp
      SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $body$
      BEGIN
        MERGE INTO tallies t USING (
          SELECT (fact).tenant_id, (fact).generation, metric, date_bin('15 minutes', at, 'epoch') AS bucket, label,
                 sum(sign * count) AS count
            FROM (%2$s) AS changed, adds(fact)
           WHERE EXISTS (SELECT FROM cursors c WHERE (c.tenant_id, c.generation) = ((fact).tenant_id, (fact).generation))
           GROUP BY 1, 2, 3, 4, 5
          HAVING sum(sign * count) <> 0
        ) AS c ON (t.tenant_id, t.generation, t.metric, t.bucket, t.label)
                = (c.tenant_id, c.generation, c.metric, c.bucket, c.label)
        WHEN MATCHED AND t.count + c.count = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET count = t.count + c.count
        WHEN NOT MATCHED THEN
          INSERT VALUES (c.tenant_id, c.generation, c.metric, c.bucket, c.label, c.count);
        RETURN NULL;
      END $body$
      $function$, fact, format(rows, fact), 'count_' || fact || '_' || change);
    EXECUTE format('CREATE TRIGGER count_%1$s AFTER %1$s ON %2$I REFERENCING %3$s FOR EACH STATEMENT EXECUTE FUNCTION %4$I()', change, fact,
      CASE change WHEN 'insert' THEN 'NEW TABLE AS new_rows' WHEN 'delete' THEN 'OLD TABLE AS old_rows'
                  ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END,
      'count_' || fact || '_' || change);
  END LOOP;
END $$;

CREATE FUNCTION note_answered_by() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  SELECT answered_by(c) INTO NEW.answered_by FROM conversations c
   WHERE (c.tenant_id, c.generation, c.conversation_id) = (NEW.tenant_id, NEW.generation, NEW.conversation_id);
  RETURN NEW;
END $$;
CREATE TRIGGER note_answered_by BEFORE INSERT OR UPDATE OF rating ON ratings FOR EACH ROW EXECUTE FUNCTION note_answered_by();

CREATE FUNCTION note_answers() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  UPDATE ratings r SET answered_by = answered_by(NEW)
   WHERE (r.tenant_id, r.generation, r.conversation_id) = (NEW.tenant_id, NEW.generation, NEW.conversation_id);
  RETURN NULL;
END $$;
CREATE TRIGGER note_answers AFTER UPDATE OF ai_answers, person_answers ON conversations
  FOR EACH ROW WHEN (answered_by(NEW) <> answered_by(OLD)) EXECUTE FUNCTION note_answers();

CREATE FUNCTION note_coming_back() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  NEW.came_back := EXISTS (
    SELECT FROM conversations c
     WHERE (c.tenant_id, c.generation, c.customer_id, c.channel_id) = (NEW.tenant_id, NEW.generation, NEW.customer_id, NEW.channel_id)
       AND c.started_at IS NOT NULL AND c.opened_at > NEW.recorded_at AND c.opened_at <= NEW.recorded_at + interval '168 hours');
  RETURN NEW;
END $$;
CREATE TRIGGER note_coming_back BEFORE INSERT OR UPDATE OF recorded_at ON ai_resolutions FOR EACH ROW EXECUTE FUNCTION note_coming_back();

CREATE FUNCTION come_back() RETURNS trigger LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  UPDATE ai_resolutions r SET came_back = true
   WHERE (r.tenant_id, r.generation, r.customer_id, r.channel_id) = (NEW.tenant_id, NEW.generation, NEW.customer_id, NEW.channel_id)
     AND r.recorded_at < NEW.opened_at AND r.recorded_at >= NEW.opened_at - interval '168 hours' AND NOT r.came_back;
  RETURN NULL;
END $$;
CREATE TRIGGER come_back AFTER INSERT ON conversations
  FOR EACH ROW WHEN (NEW.started_at IS NOT NULL) EXECUTE FUNCTION come_back();

-- What reports still read from facts, a few rows each. By the clock alone an outcome changes 24 or 168 h after the last word, or when an answer
-- of the machine has settled the matter:
CREATE INDEX conversations_spoken ON conversations (tenant_id, generation, (handed_over_at IS NULL AND person_answers = 0), last_spoken_at);
CREATE INDEX conversations_settled ON conversations (tenant_id, generation, settled_at) WHERE settled_at IS NOT NULL;
-- the clocks that run, and those of an older log:
CREATE INDEX clocks_running ON clocks (tenant_id, generation, at_risk_at)
  WHERE is_told AND outcome = '' AND stopped_at IS NULL AND breached_at IS NULL;
CREATE INDEX clocks_untold_due ON clocks (tenant_id, generation, due_at) WHERE NOT is_told;
CREATE INDEX clocks_untold_stopped ON clocks (tenant_id, generation, stopped_at) WHERE NOT is_told;
-- waits of an hour and more, which may have begun at any time:
CREATE INDEX responses_waited_long ON responses (tenant_id, generation, answered_at)
  WHERE asked_at IS NOT NULL AND answered_at - asked_at >= interval '1 hour';
-- and of a percentile the one bin of which the sums say that it is there; the many answered from the index alone.
CREATE INDEX conversations_first_bin ON conversations (tenant_id, generation, first_bin, first_answered_at)
  INCLUDE (started_at, first_answered_by) WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL;
CREATE INDEX conversations_first_business_bin ON conversations (tenant_id, generation, first_business_bin, first_answered_at)
  INCLUDE (first_business) WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL;
CREATE INDEX conversations_resolution_bin ON conversations (tenant_id, generation, resolution_bin, resolved_at)
  WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL;
CREATE INDEX conversations_resolution_business_bin ON conversations (tenant_id, generation, resolution_business_bin, resolved_at)
  WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL;
CREATE INDEX responses_bin ON responses (tenant_id, generation, bin, answered_at)
  INCLUDE (asked_at, answered_by) WHERE asked_at IS NOT NULL AND NOT is_first;
CREATE INDEX responses_business_bin ON responses (tenant_id, generation, business_bin, answered_at)
  INCLUDE (business) WHERE asked_at IS NOT NULL AND NOT is_first;
CREATE INDEX handovers_bin ON handovers (tenant_id, generation, bin, answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX handovers_business_bin ON handovers (tenant_id, generation, business_bin, answered_at) WHERE answered_at IS NOT NULL;

-- Every wait that `adds` spreads, one by one.
CREATE VIEW waits WITH (security_invoker = true) AS
  SELECT tenant_id, generation, 'first_response' AS metric, first_answered_by AS label, first_answered_at AS at, first_bin AS bin,
         first_answered_at - started_at AS wait
    FROM conversations WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'first_response_business', '', first_answered_at, first_business_bin, first_business
    FROM conversations WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'resolution', '', resolved_at, resolution_bin, ended_at - started_at - stood_resolved
    FROM conversations WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'resolution_business', '', resolved_at, resolution_business_bin, business_spent
    FROM conversations WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'next_response', answered_by, answered_at, bin, answered_at - asked_at
    FROM responses WHERE asked_at IS NOT NULL AND NOT is_first
  UNION ALL
  SELECT tenant_id, generation, 'next_response_business', '', answered_at, business_bin, business
    FROM responses WHERE asked_at IS NOT NULL AND NOT is_first
  UNION ALL
  SELECT tenant_id, generation, 'human_first_response', '', answered_at, bin, answered_at - asked_at
    FROM handovers WHERE answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'human_first_response_business', '', answered_at, business_bin, business
    FROM handovers WHERE answered_at IS NOT NULL;
GRANT SELECT ON waits TO analytics_app;
