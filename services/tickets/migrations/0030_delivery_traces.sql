-- Of which trace a delivery is part: it is sent long after the call that decided it has ended.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

ALTER TABLE deliveries ADD COLUMN traceparent text;
