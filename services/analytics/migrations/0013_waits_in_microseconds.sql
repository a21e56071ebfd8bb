-- A percentile is found by putting the waits of one bin in order (0005). As differences of two moments each of them was made, kept and compared on
-- the way; as a number that the index holds, a bin of a busy tenant takes a third less. What a wait adds to its sum is the same number.
SET LOCAL ROLE analytics_owner;

ALTER TABLE conversations
  ADD COLUMN first_us bigint GENERATED ALWAYS AS (microseconds(first_answered_at - started_at)::bigint) STORED,
  ADD COLUMN first_business_us bigint GENERATED ALWAYS AS (microseconds(first_business)::bigint) STORED,
  ADD COLUMN resolution_us bigint GENERATED ALWAYS AS (microseconds(ended_at - started_at - stood_resolved)::bigint) STORED,
  ADD COLUMN resolution_business_us bigint GENERATED ALWAYS AS (microseconds(business_spent)::bigint) STORED;
ALTER TABLE responses
  ADD COLUMN us bigint GENERATED ALWAYS AS (microseconds(answered_at - asked_at)::bigint) STORED,
  ADD COLUMN business_us bigint GENERATED ALWAYS AS (microseconds(business)::bigint) STORED;
ALTER TABLE handovers
  ADD COLUMN us bigint GENERATED ALWAYS AS (microseconds(answered_at - asked_at)::bigint) STORED,
  ADD COLUMN business_us bigint GENERATED ALWAYS AS (microseconds(business)::bigint) STORED;

DROP INDEX conversations_first_bin, conversations_first_business_bin, conversations_resolution_bin, conversations_resolution_business_bin,
           responses_bin, responses_business_bin, handovers_bin, handovers_business_bin;
CREATE INDEX conversations_first_bin ON conversations (tenant_id, generation, first_bin, first_answered_at)
  INCLUDE (first_us, first_answered_by) WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL;
CREATE INDEX conversations_first_business_bin ON conversations (tenant_id, generation, first_business_bin, first_answered_at)
  INCLUDE (first_business_us) WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL;
CREATE INDEX conversations_resolution_bin ON conversations (tenant_id, generation, resolution_bin, resolved_at)
  INCLUDE (resolution_us) WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL;
CREATE INDEX conversations_resolution_business_bin ON conversations (tenant_id, generation, resolution_business_bin, resolved_at)
  INCLUDE (resolution_business_us) WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL;
CREATE INDEX responses_bin ON responses (tenant_id, generation, bin, answered_at)
  INCLUDE (us, answered_by) WHERE asked_at IS NOT NULL AND NOT is_first;
CREATE INDEX responses_business_bin ON responses (tenant_id, generation, business_bin, answered_at)
  INCLUDE (business_us) WHERE asked_at IS NOT NULL AND NOT is_first;
CREATE INDEX handovers_bin ON handovers (tenant_id, generation, bin, answered_at)
  INCLUDE (us) WHERE answered_at IS NOT NULL;
CREATE INDEX handovers_business_bin ON handovers (tenant_id, generation, business_bin, answered_at)
  INCLUDE (business_us) WHERE answered_at IS NOT NULL;

-- `wait` is for processes of an older version.
CREATE OR REPLACE VIEW waits WITH (security_invoker = true) AS
  SELECT tenant_id, generation, 'first_response' AS metric, first_answered_by AS label, first_answered_at AS at, first_bin AS bin,
         first_answered_at - started_at AS wait, first_us AS us
    FROM conversations WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'first_response_business', '', first_answered_at, first_business_bin, first_business, first_business_us
    FROM conversations WHERE started_at IS NOT NULL AND first_answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'resolution', '', resolved_at, resolution_bin, ended_at - started_at - stood_resolved, resolution_us
    FROM conversations WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'resolution_business', '', resolved_at, resolution_business_bin, business_spent, resolution_business_us
    FROM conversations WHERE started_at IS NOT NULL AND resolved_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'next_response', answered_by, answered_at, bin, answered_at - asked_at, us
    FROM responses WHERE asked_at IS NOT NULL AND NOT is_first
  UNION ALL
  SELECT tenant_id, generation, 'next_response_business', '', answered_at, business_bin, business, business_us
    FROM responses WHERE asked_at IS NOT NULL AND NOT is_first
  UNION ALL
  SELECT tenant_id, generation, 'human_first_response', '', answered_at, bin, answered_at - asked_at, us
    FROM handovers WHERE answered_at IS NOT NULL
  UNION ALL
  SELECT tenant_id, generation, 'human_first_response_business', '', answered_at, business_bin, business, business_us
    FROM handovers WHERE answered_at IS NOT NULL;

-- As before, with waits as numbers, and a SELECT where a row of VALUES was: PostgreSQL makes ready each row's expressions anew each time it comes by,
-- which was a good part of what a page and a fill cost.
CREATE OR REPLACE FUNCTION ripens(c conversations) RETURNS TABLE (moment timestamptz, before text, after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT moment, before, after
    FROM unnest(ARRAY[c.settled_at, nullif(c.confirmed_at, c.settled_at),
                      nullif(nullif(c.silent_at, c.settled_at), c.confirmed_at)]) AS moment,
         LATERAL (SELECT outcome_at(c, later(moment, '-1 microsecond')) AS before, outcome_at(c, moment) AS after) AS o
   WHERE before <> after
$$;

CREATE OR REPLACE FUNCTION adds(c conversations) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'outcome', c.opened_at, outcome_at(c, 'infinity'), 1::numeric WHERE c.started_at IS NOT NULL
  UNION ALL SELECT 'outcome_ripens', moment, concat_ws(' ', opened_quarter(c), before, after), 1
    FROM ripens(c) WHERE c.started_at IS NOT NULL
  UNION ALL SELECT 'opened_involved', c.opened_at, '', 1 WHERE c.started_at IS NOT NULL AND c.ai_answers > 0
  UNION ALL SELECT 'opened_handed_over', c.opened_at, '', 1 WHERE c.started_at IS NOT NULL AND c.handed_over_at IS NOT NULL
  UNION ALL SELECT 'opened_solved', c.opened_at, '', 1 WHERE c.started_at IS NOT NULL AND is_solved_at(c, 'infinity')
  UNION ALL SELECT 'solution_ripens', c.settled_at, opened_quarter(c)::text, 1
   WHERE c.started_at IS NOT NULL AND is_solved_at(c, 'infinity')
  UNION ALL SELECT 'first_response', c.first_answered_at, c.first_answered_by, spread(c.first_bin)
   WHERE c.started_at IS NOT NULL AND c.first_answered_at IS NOT NULL
  UNION ALL SELECT 'first_response_us', c.first_answered_at, c.first_answered_by, c.first_us
   WHERE c.started_at IS NOT NULL AND c.first_answered_at IS NOT NULL
  UNION ALL SELECT 'first_response_business', c.first_answered_at, '', spread(c.first_business_bin)
   WHERE c.started_at IS NOT NULL AND c.first_answered_at IS NOT NULL
  UNION ALL SELECT 'first_response_business_us', c.first_answered_at, '', c.first_business_us
   WHERE c.started_at IS NOT NULL AND c.first_answered_at IS NOT NULL
  UNION ALL SELECT 'resolution', c.resolved_at, '', spread(c.resolution_bin)
   WHERE c.started_at IS NOT NULL AND c.resolved_at IS NOT NULL
  UNION ALL SELECT 'resolution_us', c.resolved_at, '', c.resolution_us
   WHERE c.started_at IS NOT NULL AND c.resolved_at IS NOT NULL
  UNION ALL SELECT 'resolution_business', c.resolved_at, '', spread(c.resolution_business_bin)
   WHERE c.started_at IS NOT NULL AND c.resolved_at IS NOT NULL
  UNION ALL SELECT 'resolution_business_us', c.resolved_at, '', c.resolution_business_us
   WHERE c.started_at IS NOT NULL AND c.resolved_at IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION adds(r responses) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'next_response', r.answered_at, r.answered_by, spread(r.bin) WHERE r.asked_at IS NOT NULL AND NOT r.is_first
  UNION ALL SELECT 'next_response_us', r.answered_at, r.answered_by, r.us WHERE r.asked_at IS NOT NULL AND NOT r.is_first
  UNION ALL SELECT 'next_response_business', r.answered_at, '', spread(r.business_bin) WHERE r.asked_at IS NOT NULL AND NOT r.is_first
  UNION ALL SELECT 'next_response_business_us', r.answered_at, '', r.business_us WHERE r.asked_at IS NOT NULL AND NOT r.is_first
$$;

CREATE OR REPLACE FUNCTION adds(h handovers) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'human_first_response', h.answered_at, '', spread(h.bin) WHERE h.answered_at IS NOT NULL
  UNION ALL SELECT 'human_first_response_us', h.answered_at, '', h.us WHERE h.answered_at IS NOT NULL
  UNION ALL SELECT 'human_first_response_business', h.answered_at, '', spread(h.business_bin) WHERE h.answered_at IS NOT NULL
  UNION ALL SELECT 'human_first_response_business_us', h.answered_at, '', h.business_us WHERE h.answered_at IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION adds(r ai_resolutions) RETURNS TABLE (metric text, at timestamptz, label text, count numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'solutions', r.recorded_at, '', 1::numeric
  UNION ALL SELECT 'solutions_durable', r.recorded_at, '', 1 WHERE is_durable(r)
$$;
