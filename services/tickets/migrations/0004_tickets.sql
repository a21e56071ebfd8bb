-- Cases that need a person; at most one is open per conversation.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE tickets(
  tenant_id text NOT NULL,
  id uuid PRIMARY KEY,
  number int NOT NULL,
  conversation_id uuid NOT NULL,
  idem_key uuid NOT NULL,          -- the turn that asked for it, or the request that made it
  subject text NOT NULL,
  category text NOT NULL DEFAULT '',
  cause text NOT NULL DEFAULT '',
  priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'critical')),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'waiting', 'resolved')),
  customer_time timestamptz,       -- of the oldest unanswered message of the turn that caused it
  first_response_due timestamptz,
  first_response_at timestamptz,
  resolved_at timestamptz,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, idem_key),
  UNIQUE (tenant_id, number),
  CHECK ((resolved_at IS NOT NULL) = (status = 'resolved')),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id));
CREATE UNIQUE INDEX one_open_ticket ON tickets(conversation_id) WHERE status IN ('open', 'waiting');
CREATE INDEX tickets_page ON tickets(tenant_id, created_at DESC, id);
CREATE INDEX tickets_conversation ON tickets(conversation_id);

CALL wall('tickets', 'SELECT, INSERT, UPDATE');
