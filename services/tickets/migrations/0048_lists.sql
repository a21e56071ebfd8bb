-- A list is read newest first, so each of its filters has an index in that order: common or rare, a page is one short walk. What
-- a conversation does not have yet is in none of them, so that taking a message in writes as little as before (decision 0113).
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE INDEX conversations_of_intent ON conversations(tenant_id, intent, created_at DESC, id) WHERE intent <> '';
CREATE INDEX conversations_of_urgency ON conversations(tenant_id, urgency, created_at DESC, id) WHERE urgency <> '';
CREATE INDEX conversations_of_sentiment ON conversations(tenant_id, sentiment, created_at DESC, id) WHERE sentiment <> '';
CREATE INDEX conversations_of_language ON conversations(tenant_id, language, created_at DESC, id) WHERE language <> '';
CREATE INDEX conversations_of_channel ON conversations(tenant_id, channel, created_at DESC, id);
CREATE INDEX conversations_of_account ON conversations(account_id, created_at DESC, id);
CREATE INDEX conversations_held ON conversations(tenant_id, holder, created_at DESC, id) WHERE holder <> 'bot';
CREATE INDEX conversations_held_open ON conversations(tenant_id, holder, created_at DESC, id) WHERE holder <> 'bot' AND resolved_at IS NULL;
CREATE INDEX conversations_ever_assigned ON conversations(assignee_id, created_at DESC, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX conversations_ever_of_team ON conversations(team_id, created_at DESC, id) WHERE team_id IS NOT NULL;
CREATE INDEX conversations_resolved ON conversations(tenant_id, created_at DESC, id) WHERE resolved_at IS NOT NULL;

-- A tag knows when its conversation was opened, and so lists them in that order too. The trigger says it, whoever tags.
ALTER TABLE conversation_tags ADD COLUMN opened_at timestamptz;
ALTER TABLE conversation_tags NO FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations NO FORCE ROW LEVEL SECURITY;
UPDATE conversation_tags t SET opened_at = c.created_at FROM conversations c WHERE c.id = t.conversation_id;
ALTER TABLE conversation_tags FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
CREATE INDEX conversation_tags_page ON conversation_tags(tenant_id, tag, opened_at DESC, conversation_id);

CREATE FUNCTION tag_is_as_old_as_its_conversation() RETURNS trigger LANGUAGE plpgsql SET search_path = tickets, pg_temp AS $$
BEGIN
  SELECT created_at INTO NEW.opened_at FROM conversations WHERE id = NEW.conversation_id;
  RETURN NEW;
END $$;
CREATE TRIGGER opened_at BEFORE INSERT ON conversation_tags FOR EACH ROW EXECUTE FUNCTION tag_is_as_old_as_its_conversation();

-- Words from where a page begins, and no more of them than it needs.
CREATE FUNCTION newest_with_words_v2(p_words text, p_n int, p_at timestamptz, p_id uuid)
RETURNS TABLE(conversation_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
DECLARE tenant text := current_setting('cassava.tenant_id');
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT c.id, c.created_at FROM conversations c
      WHERE c.tenant_id = %1$L AND (c.created_at < %4$L OR (c.created_at = %4$L AND c.id > %5$L)) AND c.created_at <= %4$L AND EXISTS (
        SELECT 1 FROM messages m
         WHERE m.conversation_id = c.id AND m.tenant_id = %1$L AND m.search @@ %2$L::tsquery)
      ORDER BY c.created_at DESC, c.id LIMIT %3$s',
    tenant, array_to_tsvector(ARRAY['tenant:' || tenant])::text::tsquery && websearch_to_tsquery('pg_catalog.simple', p_words),
    p_n, coalesce(p_at, 'infinity'), coalesce(p_id, '00000000-0000-0000-0000-000000000000'));
END $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.newest_with_words_v2 OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.newest_with_words_v2 FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.newest_with_words_v2 TO tickets_app;
