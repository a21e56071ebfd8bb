-- What an endpoint is sent of an event, said once for the feed and for a replay. It never hears of itself: news of its failures would
-- be what fails next. What a rule asks for goes to those that the rule names, and to no other.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE FUNCTION hears(p_id uuid, p_types text[], p_kind text, p_payload jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN p_kind = 'rule.matched' THEN p_payload->'endpoint_ids' ? p_id::text
       ELSE (p_types = '{}' OR p_kind = ANY(p_types))
        AND p_payload->>'endpoint_id' IS DISTINCT FROM p_id::text END;
GRANT EXECUTE ON FUNCTION hears TO tickets_app;
