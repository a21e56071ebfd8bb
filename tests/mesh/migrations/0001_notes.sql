-- What a service that stores looks like, as small as it can be.
SET LOCAL ROLE desk_owner;
CREATE TABLE notes (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE request_ids (
    tenant_id text NOT NULL,
    request_id text NOT NULL,
    method text NOT NULL,
    request_hash bytea NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, request_id)
);
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['notes', 'request_ids'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($p$CREATE POLICY tenant ON %I TO desk_app
            USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))$p$, name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO desk_app', name);
    END LOOP;
END $$;
