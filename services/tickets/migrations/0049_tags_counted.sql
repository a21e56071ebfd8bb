-- The planner has not seen the tags' new order yet: until it has, a common tag would be sorted and not walked.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;
ANALYZE conversation_tags;
