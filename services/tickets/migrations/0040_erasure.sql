-- A customer's right to be forgotten: what is being erased, and what must not come back when a provider repeats it.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE erasures(
  tenant_id text NOT NULL,
  customer_id uuid PRIMARY KEY,    -- the one that the others were merged into
  state text NOT NULL DEFAULT 'deleting' CHECK (state IN ('deleting', 'forgetting', 'done')),
  conversation_ids uuid[] NOT NULL,  -- until it is done
  text_hashes bytea[] NOT NULL DEFAULT '{}',  -- of what the customer wrote, until it is done
  removed jsonb NOT NULL DEFAULT '{}',  -- counts
  settles_at timestamptz NOT NULL, -- until then a worker may hold a turn or a part of theirs
  due_at timestamptz NOT NULL DEFAULT now(),
  fence bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((finished_at IS NULL) = (state <> 'done')),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id));
CREATE INDEX erasures_due ON erasures(due_at) WHERE state <> 'done';

CREATE TABLE erasure_tombstones(   -- a name that was erased, under a key that is not in the database
  tenant_id text NOT NULL,
  mark bytea NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, mark));

CALL wall('erasures', 'SELECT, INSERT, UPDATE');
CALL wall('erasure_tombstones', 'SELECT, INSERT, UPDATE');
GRANT DELETE ON conversations, messages, message_revisions, media, media_chunks, turns, turn_steps, deliveries, delivery_attempts,
  receipts, tickets, sla_clocks, ratings, rating_requests, inbound_notes, dead_letters TO tickets_app;

-- A row goes only after its children are looked for: without these, each look would read a whole table.
CREATE INDEX deliveries_message ON deliveries(message_id);
CREATE INDEX sla_clocks_conversation ON sla_clocks(conversation_id);
CREATE INDEX inbound_notes_customer ON inbound_notes(customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX inbound_notes_nobodys ON inbound_notes(account_id) WHERE customer_id IS NULL;

CREATE POLICY sched ON erasures TO tickets_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, customer_id, state, due_at, fence), UPDATE (due_at, fence) ON erasures TO tickets_sched;
CREATE FUNCTION claim_erasures(p_n int, p_lease interval) RETURNS TABLE(tenant_id text, customer_id uuid, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = tickets, pg_temp AS $$
  WITH c AS (SELECT e.customer_id FROM erasures e WHERE e.state <> 'done' AND e.due_at <= now()
              ORDER BY e.due_at LIMIT p_n FOR UPDATE SKIP LOCKED)
  UPDATE erasures e SET due_at = now() + p_lease, fence = nextval('fence_seq') FROM c WHERE e.customer_id = c.customer_id
  RETURNING e.tenant_id, e.customer_id, e.fence $$;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.claim_erasures OWNER TO tickets_sched;
REVOKE ALL ON FUNCTION tickets.claim_erasures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.claim_erasures TO tickets_app;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
