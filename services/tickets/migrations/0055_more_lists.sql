-- Customers by the beginning of any word of their name. As with the words of messages (decision 0063): `@@` is not leakproof, so a
-- function asks, whose owner sees words and ids. Each word carries its tenant, so that an index serves all and reads no other's.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE FUNCTION name_words(p_tenant text, p_name text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_to_tsvector(coalesce(array_agg(p_tenant || ':' || left(w, 100)) FILTER (WHERE w <> ''), '{}'))
    FROM unnest(string_to_array(lower(p_name), ' ')) AS t (w) $$;

ALTER TABLE customers ADD COLUMN name_words tsvector GENERATED ALWAYS AS (name_words(tenant_id, name)) STORED;
CREATE INDEX customers_name_words ON customers USING gin (name_words);
CREATE POLICY sched ON customers FOR SELECT TO tickets_sched USING (true);
GRANT SELECT (tenant_id, id, created_at, erased_at, merged_into, name_words) ON customers TO tickets_sched;

-- Newest first, from where a page begins. How many a beginning has nobody knows before: a common one fills its page from the newest
-- few customers, and only for one that does not is the index asked.
CREATE FUNCTION newest_named(p_words text, p_among uuid[], p_n int, p_at timestamptz, p_id uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = tickets, pg_temp SET enable_seqscan = off AS $$
DECLARE whose text := current_setting('cassava.tenant_id'); page uuid[];
        wanted tsquery := (SELECT string_agg(array_to_tsvector(ARRAY[w])::text || ':*', ' & ') FROM unnest(tsvector_to_array(name_words(whose, p_words))) AS t (w));
        until timestamptz := coalesce(p_at, 'infinity'); beyond uuid := coalesce(p_id, '00000000-0000-0000-0000-000000000000');
BEGIN
  page := ARRAY(
    SELECT c.id FROM (
      SELECT id, created_at, name_words FROM customers
       WHERE tenant_id = whose AND erased_at IS NULL AND merged_into IS NULL AND created_at <= until AND (created_at < until OR id > beyond)
       ORDER BY created_at DESC, id LIMIT 2000) c
     WHERE c.name_words @@ wanted AND (p_among IS NULL OR c.id = ANY(p_among)) ORDER BY c.created_at DESC, c.id LIMIT p_n);
  IF cardinality(page) < p_n THEN
    page := ARRAY(
      WITH c AS MATERIALIZED (
        SELECT id, created_at FROM customers
         WHERE name_words @@ wanted AND tenant_id = whose AND erased_at IS NULL AND merged_into IS NULL AND (p_among IS NULL OR id = ANY(p_among))
           AND created_at <= until AND (created_at < until OR id > beyond))
      SELECT c.id FROM c ORDER BY c.created_at DESC, c.id LIMIT p_n);
  END IF;
  RETURN QUERY SELECT unnest(page);
END $$;

-- What is open of a label that much else has had, all of it resolved long ago (decision 0113 walked those).
CREATE INDEX conversations_of_intent_open ON conversations(tenant_id, intent, created_at DESC, id) WHERE intent <> '' AND resolved_at IS NULL;

RESET ROLE;
GRANT CREATE ON SCHEMA tickets TO tickets_sched;
ALTER FUNCTION tickets.newest_named OWNER TO tickets_sched;
REVOKE CREATE ON SCHEMA tickets FROM tickets_sched;
REVOKE ALL ON FUNCTION tickets.newest_named, tickets.name_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tickets.newest_named TO tickets_app;
GRANT EXECUTE ON FUNCTION tickets.name_words TO tickets_app, tickets_sched;
