-- A queue is never read whole to claim from it, however the planner guesses its size: what waits may be tens of thousands of rows (0132).
ALTER FUNCTION tickets.claim_turns_v3 SET enable_seqscan = off;
ALTER FUNCTION tickets.claim_deliveries_v2 SET enable_seqscan = off;
ALTER FUNCTION tickets.next_delivery_due_v2 SET enable_seqscan = off;
ALTER FUNCTION tickets.number_events SET enable_seqscan = off;
