-- A case's escalation, fields and ties; what its conversation is tagged with and until when it is out of sight; what the log keeps of a change.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

ALTER TABLE tickets
  ADD COLUMN escalation int NOT NULL DEFAULT 0,
  ADD COLUMN waiting_since timestamptz,
  ADD COLUMN custom_fields jsonb NOT NULL DEFAULT '{}';  -- values that the tenant's field definitions let through
-- Two open cases differ in their conversation, so a tie needs no more than both ids.
ALTER TABLE tickets ADD UNIQUE (tenant_id, id);
CREATE INDEX tickets_assigned ON tickets(assignee_id, created_at DESC, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_of_team ON tickets(team_id, created_at DESC, id) WHERE team_id IS NOT NULL;
CREATE INDEX tickets_unresolved ON tickets(tenant_id, created_at DESC, id) WHERE status IN ('open', 'waiting');

CREATE TABLE ticket_links(
  tenant_id text NOT NULL,
  ticket_id uuid NOT NULL,
  other_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('related', 'duplicate_of', 'part_of')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (ticket_id, other_id),
  CHECK (ticket_id <> other_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets(tenant_id, id),
  FOREIGN KEY (tenant_id, other_id) REFERENCES tickets(tenant_id, id));
-- One tie between two cases, whichever of them it is read from.
CREATE UNIQUE INDEX one_link_a_pair ON ticket_links(least(ticket_id, other_id), greatest(ticket_id, other_id));
CREATE INDEX ticket_links_other ON ticket_links(other_id);

ALTER TABLE audit_log
  ADD COLUMN before jsonb NOT NULL DEFAULT '{}',  -- ids, labels and numbers: free text stays where it can be erased
  ADD COLUMN after jsonb NOT NULL DEFAULT '{}';
CREATE INDEX audit_log_subject ON audit_log(tenant_id, subject, id DESC);

ALTER TABLE conversations ADD COLUMN snoozed_until timestamptz;
CREATE INDEX conversations_snoozed ON conversations(snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversations_unresolved ON conversations(tenant_id, created_at DESC, id) WHERE resolved_at IS NULL;

CREATE TABLE conversation_tags(    -- a table and no array: row security lets an index serve `=` and nothing else
  tenant_id text NOT NULL,
  tag text NOT NULL,
  conversation_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, tag, conversation_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id));
CREATE INDEX conversation_tags_of ON conversation_tags(conversation_id);

CALL wall('ticket_links', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('conversation_tags', 'SELECT, INSERT, DELETE');
