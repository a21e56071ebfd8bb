-- How much silence after a person's answer ends a conversation is the tenant's to say (168 h unless it does): the cursor follows the log's word
-- of it, and a conversation keeps what was in force at its last word. When silence will have lasted long enough stands beside it.
SET LOCAL ROLE analytics_owner;

ALTER TABLE cursors ADD COLUMN inactive_hours integer NOT NULL DEFAULT 168 CHECK (inactive_hours >= 0);
ALTER TABLE conversations ADD COLUMN inactive_hours integer NOT NULL DEFAULT 168 CHECK (inactive_hours >= 0);
ALTER TABLE conversations ADD COLUMN silent_at timestamptz GENERATED ALWAYS AS (
  later(last_spoken_at, CASE WHEN handed_over_at IS NULL AND person_answers = 0 THEN interval '24 hours'
                             WHEN inactive_hours > 0 THEN make_interval(hours => inactive_hours) END)) STORED;
CREATE INDEX conversations_silent ON conversations (tenant_id, generation, silent_at) WHERE silent_at IS NOT NULL;
DROP INDEX conversations_spoken;  -- it found the same where the hours were the same for all

CREATE OR REPLACE FUNCTION outcome_at(c conversations, moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN c.resolved_at IS NOT NULL AND c.ai_answers + c.person_answers = 0 THEN 'no_answer'
    WHEN c.resolved_at IS NOT NULL THEN 'person'
    WHEN c.handed_over_at IS NULL AND c.person_answers = 0 THEN CASE
      WHEN c.confirmed_at <= moment THEN 'ai_confirmed'
      WHEN c.settled_at <= moment THEN 'ai_assumed'
      WHEN c.last_spoken_at >= c.last_heard_at AND c.silent_at <= moment THEN 'contained'
      ELSE 'open' END
    WHEN c.person_answers > 0 AND c.last_spoken_at >= c.last_heard_at AND c.waiting_since IS NULL
     AND c.silent_at <= moment THEN 'inactive'
    ELSE 'open' END
$$;

CREATE OR REPLACE FUNCTION ripens(c conversations) RETURNS TABLE (moment timestamptz, before text, after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT moment, before, after
    FROM (VALUES (c.settled_at), (nullif(c.confirmed_at, c.settled_at)),
                 (nullif(nullif(c.silent_at, c.settled_at), c.confirmed_at))) AS v (moment),
         LATERAL (SELECT outcome_at(c, later(moment, '-1 microsecond')) AS before, outcome_at(c, moment) AS after) AS o
   WHERE before <> after
$$;
