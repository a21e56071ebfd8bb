-- Who said what: customers and their aliases, conversations, messages, what came in, the work that is due, turns.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE customers(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  erased_at timestamptz,
  UNIQUE (tenant_id, id));
CREATE INDEX customers_page ON customers(tenant_id, created_at DESC, id);

CREATE TABLE customer_aliases(
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  alias_hash bytea NOT NULL,       -- SHA-256 of kind and value
  kind text NOT NULL,
  value text NOT NULL,
  customer_id uuid NOT NULL,
  PRIMARY KEY (account_id, alias_hash),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id));
CREATE INDEX customer_aliases_customer ON customer_aliases(customer_id);
CREATE INDEX customer_aliases_value ON customer_aliases(tenant_id, value);

CREATE TABLE conversations(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  channel text NOT NULL,
  customer_id uuid NOT NULL,
  peer_hash bytea NOT NULL,
  reply_address text NOT NULL DEFAULT '',
  thread text NOT NULL DEFAULT '',
  current boolean NOT NULL DEFAULT true,
  resolved_at timestamptz,
  last_seq bigint NOT NULL DEFAULT 0,
  done_seq bigint NOT NULL DEFAULT 0,
  turn_no bigint NOT NULL DEFAULT 0,
  out_seq bigint NOT NULL DEFAULT 0,
  holder text NOT NULL DEFAULT 'bot' CHECK (holder IN ('bot', 'queued', 'person')),
  holder_version int NOT NULL DEFAULT 1,
  version int NOT NULL DEFAULT 1,
  intent text NOT NULL DEFAULT '',
  previous_intent text NOT NULL DEFAULT '',
  urgency text NOT NULL DEFAULT '',
  sentiment text NOT NULL DEFAULT '',
  language text NOT NULL DEFAULT '',
  asked_back boolean NOT NULL DEFAULT false,
  answers_in_row int NOT NULL DEFAULT 0,
  answered boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_message_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id),
  CHECK (current OR resolved_at IS NOT NULL),
  CHECK (done_seq <= last_seq),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX one_current_conversation ON conversations(account_id, peer_hash) WHERE current;
CREATE INDEX conversations_page ON conversations(tenant_id, created_at DESC, id);
CREATE INDEX conversations_customer ON conversations(customer_id);

CREATE TABLE inbound_keys(         -- what makes a message count once; kept 35 days, longer than any provider repeats
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  key bytea NOT NULL,              -- SHA-256 of the item's identity: it holds no phone number
  body_hash bytea,
  message_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, key),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));

CREATE TABLE messages(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL,
  author text NOT NULL CHECK (author IN ('customer', 'bot', 'agent', 'system')),
  author_name text NOT NULL DEFAULT '',
  kind text NOT NULL,
  seq bigint,                      -- of customer messages: their order of acceptance
  turn_id uuid,
  provider_message_id text NOT NULL DEFAULT '',
  provider_ts timestamptz,
  body bytea NOT NULL,             -- UTF-8; may hold U+0000, which text cannot
  extras bytea,                    -- attachments and a choice's payload, as the contract's Message
  raw bytea,
  withdrawn_at timestamptz,
  traceparent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id),
  UNIQUE (conversation_id, seq),
  CHECK ((seq IS NOT NULL) = (author = 'customer')),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id));
CREATE INDEX messages_page ON messages(conversation_id, created_at, id);
CREATE UNIQUE INDEX one_reply_a_turn ON messages(turn_id) WHERE author = 'bot';

CREATE TABLE message_revisions(    -- what an edited message said before
  tenant_id text NOT NULL,
  message_id uuid NOT NULL,
  revision int NOT NULL,
  body bytea NOT NULL,
  replaced_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, revision),
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages(tenant_id, id));

CREATE TABLE inbound_notes(        -- accepted, but nothing that anybody says: reactions, service messages, preferences
  tenant_id text NOT NULL,
  account_id uuid NOT NULL,
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  raw bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts(tenant_id, id));

CREATE TABLE conv_queue(           -- hot and narrow: only conversations with undone work
  tenant_id text NOT NULL,
  conversation_id uuid PRIMARY KEY,
  enq_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  lease_until timestamptz,
  owner text,
  fence bigint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
CREATE INDEX conv_queue_due ON conv_queue(tenant_id, due_at);
CREATE INDEX conv_queue_leased ON conv_queue(tenant_id) WHERE lease_until IS NOT NULL;
CREATE SEQUENCE fence_seq;         -- fences stay monotonic although queue rows are deleted

CREATE TABLE turns(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL,
  turn_no bigint NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  generation int NOT NULL DEFAULT 1,
  holder_version int NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dead')),
  fence bigint,                    -- of who completed it
  classification bytea,
  outcome bytea,
  timings bytea,
  answer bytea,                    -- the completion's answer, repeated to the same fence
  ticket_id uuid,
  opened_at timestamptz NOT NULL DEFAULT now(),
  done_at timestamptz,
  UNIQUE (tenant_id, id),
  UNIQUE (conversation_id, turn_no),
  UNIQUE (conversation_id, from_seq),
  CHECK (to_seq >= from_seq),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id));
CREATE UNIQUE INDEX one_open_turn ON turns(conversation_id) WHERE state = 'open';

CREATE TABLE turn_steps(           -- first writer wins, then read back
  tenant_id text NOT NULL,
  turn_id uuid NOT NULL,
  generation int NOT NULL,
  step text NOT NULL,
  output bytea NOT NULL,
  fence bigint NOT NULL,
  PRIMARY KEY (turn_id, generation, step),
  FOREIGN KEY (tenant_id, turn_id) REFERENCES turns(tenant_id, id));

CREATE TABLE dead_letters(
  tenant_id text NOT NULL,         -- '-' where the account is unknown
  id uuid PRIMARY KEY,
  account_id uuid,
  reason text NOT NULL,
  raw bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX dead_letters_page ON dead_letters(tenant_id, created_at DESC, id);

CALL wall('customers', 'SELECT, INSERT, UPDATE');
CALL wall('customer_aliases', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('conversations', 'SELECT, INSERT, UPDATE');
CALL wall('inbound_keys', 'SELECT, INSERT, DELETE');
CALL wall('messages', 'SELECT, INSERT, UPDATE');
CALL wall('message_revisions', 'SELECT, INSERT');
CALL wall('inbound_notes', 'SELECT, INSERT');
CALL wall('conv_queue', 'SELECT, INSERT, UPDATE, DELETE');
CALL wall('turns', 'SELECT, INSERT, UPDATE');
CALL wall('turn_steps', 'SELECT, INSERT');
CALL wall('dead_letters', 'SELECT, INSERT');
GRANT USAGE ON SEQUENCE fence_seq TO tickets_app, tickets_sched;
