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
