-- Finding messages by their words, and customers that are one person.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

-- The words of a message with its tenant among them: one index serves every tenant and reads no other's rows.
CREATE FUNCTION search_words(p_tenant text, p_body bytea) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_tsvector('pg_catalog.simple', left(convert_from(p_body, 'UTF8'), 20000)) || array_to_tsvector(ARRAY['tenant:' || p_tenant]);
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character OR program_limit_exceeded THEN  -- U+0000 and words beyond measure
  RETURN array_to_tsvector(ARRAY['tenant:' || p_tenant]);
END $$;

ALTER TABLE messages ADD COLUMN search tsvector;
CREATE INDEX messages_search ON messages USING gin (search) WHERE search IS NOT NULL;

-- `@@` is not leakproof, so under row security no index may serve it. This function's owner sees words and ids, never a message, and
-- only of the tenant that the transaction is set to. Newest first.
CREATE FUNCTION search_conversations(p_words text, p_n int) RETURNS TABLE(conversation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  SELECT m.conversation_id FROM messages m
   WHERE m.search @@ (array_to_tsvector(ARRAY['tenant:' || current_setting('cassava.tenant_id')])::text::tsquery
                      && websearch_to_tsquery('pg_catalog.simple', p_words))
     AND m.tenant_id = current_setting('cassava.tenant_id')
   GROUP BY 1 ORDER BY max(m.created_at) DESC LIMIT p_n $$;
CREATE POLICY sched ON messages FOR SELECT TO tickets_sched USING (true);
GRANT SELECT (tenant_id, conversation_id, created_at, search) ON messages TO tickets_sched;

ALTER TABLE customers
  ADD COLUMN merged_into uuid,     -- who this one turned out to be; its conversations stay its own and are shown as theirs
  ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD FOREIGN KEY (tenant_id, merged_into) REFERENCES customers(tenant_id, id),
  ADD CHECK (merged_into <> id);
CREATE INDEX customers_merged ON customers(merged_into) WHERE merged_into IS NOT NULL;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.search_conversations OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.search_conversations, tickets.search_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.search_conversations, tickets.search_words TO tickets_app;
