-- What customers were asked for their opinion of: once a resolution; the choice that they make names the request.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE rating_requests(
  tenant_id text NOT NULL,
  message_id uuid PRIMARY KEY,     -- the notice that asks
  conversation_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  resolved_at timestamptz NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (conversation_id, resolved_at),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations(tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id));
CREATE INDEX rating_requests_customer ON rating_requests(customer_id, asked_at);
CALL wall('rating_requests', 'SELECT, INSERT');
