-- Who was waiting at a moment is found among the answers after it. Most waits end within a minute, and most others within an hour: each of the rest
-- has an index with all that a report asks, so that it reads neither an hour's answers nor the table.
SET LOCAL ROLE analytics_owner;

CREATE INDEX responses_waited_a_minute ON responses (tenant_id, generation, answered_at) INCLUDE (asked_at)
  WHERE asked_at IS NOT NULL AND answered_at - asked_at >= interval '1 minute' AND answered_at - asked_at < interval '1 hour';
CREATE INDEX responses_waited_an_hour ON responses (tenant_id, generation, answered_at) INCLUDE (asked_at)
  WHERE asked_at IS NOT NULL AND answered_at - asked_at >= interval '1 hour';
DROP INDEX responses_waited_long;
