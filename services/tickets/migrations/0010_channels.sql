-- What channels tell beside messages: further names of a contact, how long we may write freely, whom we cannot reach,
-- reactions, albums, bad news of an account; and what goes out beside text.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

ALTER TABLE customer_aliases ADD COLUMN peer_hash bytea;   -- of the name their conversations run under; null: this one
ALTER TABLE customers ADD COLUMN marketing_stopped_at timestamptz;
ALTER TABLE conversations
  ADD COLUMN last_customer_at timestamptz,                 -- the provider's time of what the customer wrote last
  ADD COLUMN blocked_at timestamptz;                       -- the customer shut us out
ALTER TABLE messages
  ADD COLUMN album text NOT NULL DEFAULT '',
  ADD COLUMN reaction text NOT NULL DEFAULT '',
  ADD COLUMN content_kind text NOT NULL DEFAULT '',        -- of what goes out beside text: choices, template, media, place
  ADD COLUMN content bytea;                                -- the same, as the contract's Content
ALTER TABLE inbound_notes
  ADD COLUMN customer_id uuid,
  ADD COLUMN message_id uuid;
ALTER TABLE channel_accounts
  ADD COLUMN alert text NOT NULL DEFAULT '',
  ADD COLUMN alert_at timestamptz;

-- The owner, too, sees no rows of these tables; what is there already gets its place all the same.
ALTER TABLE customer_aliases NO FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations NO FORCE ROW LEVEL SECURITY;
UPDATE customer_aliases a SET peer_hash = c.peer_hash
  FROM conversations c WHERE c.current AND (c.account_id, c.customer_id) = (a.account_id, a.customer_id);
ALTER TABLE customer_aliases FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;

CREATE TABLE media(                -- a file to fetch from its provider, then its place
  tenant_id text NOT NULL,
  message_id uuid NOT NULL,
  position int NOT NULL,           -- in the message's attachments
  account_id uuid NOT NULL,
  provider_id text NOT NULL,
  mime_type text NOT NULL,
  file_name text NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'stored', 'unavailable')),
  reason text NOT NULL DEFAULT '',
  attempts int NOT NULL DEFAULT 0,
  fence bigint NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, position),
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));
CREATE INDEX media_due ON media(due_at) WHERE state = 'pending';

CREATE TABLE media_chunks(         -- its bytes, in stretches that fit a call
  tenant_id text NOT NULL,
  message_id uuid NOT NULL,
  position int NOT NULL,
  start bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (message_id, position, start),
  FOREIGN KEY (message_id, position) REFERENCES media(message_id, position));
ALTER TABLE media_chunks ALTER COLUMN data SET STORAGE EXTERNAL;

CALL wall('media', 'SELECT, INSERT, UPDATE');
CALL wall('media_chunks', 'SELECT, INSERT');

-- A lease is a due time in the future: whoever dies lets it pass.
CREATE POLICY sched ON media TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ON media TO tickets_sched;
CREATE FUNCTION claim_media(p_n int, p_lease interval)
RETURNS TABLE(tenant_id text, message_id uuid, "position" int, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH c AS (
    SELECT m.message_id, m.position FROM media m JOIN channel_accounts a ON a.id = m.account_id
     WHERE m.state = 'pending' AND m.due_at <= now() AND a.state <> 'off'
     ORDER BY m.due_at LIMIT p_n FOR UPDATE OF m SKIP LOCKED)
  UPDATE media m SET due_at = now() + p_lease, attempts = m.attempts + 1, fence = nextval('fence_seq')
    FROM c WHERE (m.message_id, m.position) = (c.message_id, c.position)
  RETURNING m.tenant_id, m.message_id, m.position, m.fence $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION claim_media OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION claim_media FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_media TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
