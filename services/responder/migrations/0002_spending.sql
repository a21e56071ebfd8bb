-- What paid models used for a tenant, by day (UTC). A call is reserved before it is made and settled after it.
CREATE TABLE responder.spending (
  tenant_id   text   NOT NULL,
  day         date   NOT NULL,
  tokens      bigint NOT NULL,
  cost_micros bigint NOT NULL,
  PRIMARY KEY (tenant_id, day)
);
ALTER TABLE responder.spending OWNER TO responder_owner;
ALTER TABLE responder.spending ENABLE ROW LEVEL SECURITY;
ALTER TABLE responder.spending FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON responder.spending TO responder_app
  USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')));
GRANT SELECT, INSERT, UPDATE ON responder.spending TO responder_app;
