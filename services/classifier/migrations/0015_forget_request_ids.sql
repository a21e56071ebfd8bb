-- Answered requests are forgotten after a day. A role of its own crosses tenants for that, and sees nothing else.
DO $$ BEGIN
  CREATE ROLE classifier_sched NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT USAGE, CREATE ON SCHEMA classifier TO classifier_sched;
CREATE INDEX IF NOT EXISTS request_ids_age ON classifier.request_ids(created_at);
CREATE POLICY forgetting ON classifier.request_ids TO classifier_sched USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, request_id, created_at), UPDATE (created_at), DELETE ON classifier.request_ids TO classifier_sched;

CREATE FUNCTION classifier.forget_request_ids(p_age interval, p_n int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = classifier, pg_temp AS $$
DECLARE gone int;
BEGIN
  DELETE FROM request_ids r USING (
    SELECT x.tenant_id, x.request_id FROM request_ids x WHERE x.created_at < now() - p_age
     ORDER BY x.created_at LIMIT p_n FOR UPDATE SKIP LOCKED) old
   WHERE r.tenant_id = old.tenant_id AND r.request_id = old.request_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
ALTER FUNCTION classifier.forget_request_ids OWNER TO classifier_sched;
REVOKE ALL ON FUNCTION classifier.forget_request_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION classifier.forget_request_ids TO classifier_app;
REVOKE CREATE ON SCHEMA classifier FROM classifier_sched;
