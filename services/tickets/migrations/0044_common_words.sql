-- A word that most messages hold: sorting every match by time took seconds. What is asked for are the newest conversations, so the
-- planner may walk those and look into each, or ask the index first, as the word is common or rare. It has to see the word for that.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE FUNCTION newest_with_words(p_words text, p_n int) RETURNS TABLE(conversation_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE tenant text := current_setting('cassava.tenant_id');
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT c.id FROM conversations c
      WHERE c.tenant_id = %1$L AND EXISTS (
        SELECT 1 FROM messages m
         WHERE m.conversation_id = c.id AND m.tenant_id = %1$L AND m.search @@ %2$L::tsquery)
      ORDER BY c.created_at DESC, c.id LIMIT %3$s',
    tenant, array_to_tsvector(ARRAY['tenant:' || tenant])::text::tsquery && websearch_to_tsquery('pg_catalog.simple', p_words), p_n);
END $$;
GRANT SELECT (created_at) ON conversations TO tickets_sched;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.newest_with_words OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.newest_with_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.newest_with_words TO tickets_app;
