-- One secret that every key of tickets derives from, sealed under the master key, so that a master key can be turned over (decision 0134).
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE root_secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  sealed  bytea  -- NULL: until now it was the master key itself
);
ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
INSERT INTO root_secret (sealed) SELECT NULL WHERE EXISTS (SELECT FROM tenants);
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;

ALTER TABLE root_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE root_secret FORCE ROW LEVEL SECURITY;
-- No tenant's: what is in it opens with the master key alone.
CREATE POLICY everybodys ON root_secret TO tickets_app USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON root_secret TO tickets_app;
