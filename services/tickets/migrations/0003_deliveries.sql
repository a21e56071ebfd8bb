-- The way out: parts to send, attempts written before their first byte, and what providers said of them.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE deliveries(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  message_id uuid NOT NULL,
  part_no int NOT NULL,
  out_seq bigint NOT NULL,
  author text NOT NULL CHECK (author IN ('bot', 'agent', 'system')),
  is_answer boolean NOT NULL DEFAULT false,  -- an answer, not a notice (what figures count)
  body bytea NOT NULL,
  holder_version int NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (
    state IN ('pending', 'claimed', 'sending', 'ambiguous', 'sent', 'failed', 'parked', 'cancelled')),
  reason text NOT NULL DEFAULT '',
  receipt text NOT NULL DEFAULT '' CHECK (receipt IN ('', 'sent', 'delivered', 'read', 'failed')),
  due_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  owner text,
  fence bigint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  provider_msg_id text,
  resend_of uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (tenant_id, id),
  UNIQUE (message_id, part_no),
  UNIQUE (conversation_id, out_seq),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
CREATE INDEX deliveries_open ON deliveries(due_at) WHERE state IN ('pending', 'claimed', 'sending', 'ambiguous');
CREATE INDEX deliveries_head ON deliveries(conversation_id, out_seq) WHERE state IN ('pending', 'claimed', 'sending', 'ambiguous');
CREATE INDEX deliveries_provider ON deliveries(account_id, provider_msg_id) WHERE provider_msg_id IS NOT NULL;

CREATE TABLE delivery_attempts(    -- committed before the first byte leaves
  tenant_id text NOT NULL,
  delivery_id uuid NOT NULL,
  attempt int NOT NULL,
  fence bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('sent', 'not_sent', 'refused', 'perhaps_sent', 'crashed')),
  detail text NOT NULL DEFAULT '',
  PRIMARY KEY (delivery_id, attempt),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries(tenant_id, id));

CREATE TABLE receipts(
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  attempt int NOT NULL,            -- 0: found by the provider's id, not by our token
  status text NOT NULL,
  provider_msg_id text NOT NULL DEFAULT '',
  error_code text NOT NULL DEFAULT '',
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (delivery_id, attempt, status),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries(tenant_id, id));

CREATE TABLE unmatched_receipts(   -- a status that came before we knew the provider's id; looked at again when a send finishes
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  provider_msg_id text NOT NULL,
  status text NOT NULL,
  error_code text NOT NULL DEFAULT '',
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, provider_msg_id, status),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));

CALL wall('deliveries', 'SELECT, INSERT, UPDATE');
CALL wall('delivery_attempts', 'SELECT, INSERT, UPDATE');
CALL wall('receipts', 'SELECT, INSERT');
CALL wall('unmatched_receipts', 'SELECT, INSERT, DELETE');
