-- WhatsApp knows no order: a withdrawal may come before its message, an older edit after a newer one.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE withdrawn_early(      -- of what was withdrawn before it came: no words, only the hash of its identity
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  key bytea NOT NULL,
  withdrawn_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, key),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));
CALL wall('withdrawn_early', 'SELECT, INSERT');

ALTER TABLE messages ADD COLUMN revised_ts timestamptz;           -- when its words were last changed, by the provider's clock
