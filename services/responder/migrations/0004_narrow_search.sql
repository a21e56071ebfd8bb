-- What a search reads, apart from what it shows: a row with its text and two vectors is longer than a page takes inline, so
-- comparing 10,000 passages meant fetching 20,000 values from elsewhere. Here a row has both vectors, half as long, inline.
CREATE TABLE responder.vectors (
  tenant_id text NOT NULL,
  chunk_id  uuid NOT NULL,
  encoder   text NOT NULL,
  embedding public.halfvec(384) NOT NULL,
  heading   public.halfvec(384), -- Nothing where the passage has no heading.
  PRIMARY KEY (tenant_id, chunk_id),
  FOREIGN KEY (tenant_id, chunk_id)
    REFERENCES responder.chunks (tenant_id, chunk_id) ON DELETE CASCADE
);
ALTER TABLE responder.vectors ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE responder.vectors ALTER COLUMN heading SET STORAGE PLAIN;
INSERT INTO responder.vectors (tenant_id, chunk_id, encoder, embedding, heading)
SELECT tenant_id, chunk_id, encoder, embedding::public.halfvec, heading_embedding::public.halfvec
  FROM responder.chunks;
-- The code before this migration reads these; nobody needs to write them any more.
ALTER TABLE responder.chunks ALTER COLUMN embedding DROP NOT NULL;

-- BM25 needs each passage's length beside each word of it.
ALTER TABLE responder.postings ADD COLUMN words integer;
UPDATE responder.postings p SET words = c.words
  FROM responder.chunks c WHERE c.tenant_id = p.tenant_id AND c.chunk_id = p.chunk_id;
CREATE INDEX postings_of_term ON responder.postings (tenant_id, term) INCLUDE (chunk_id, count, words);

-- How many passages a tenant has in each language's words, and how long they are together: counted as they come and go.
CREATE TABLE responder.sizes (
  tenant_id     text   NOT NULL,
  configuration text   NOT NULL,
  chunks        bigint NOT NULL,
  words         bigint NOT NULL,
  PRIMARY KEY (tenant_id, configuration)
);
INSERT INTO responder.sizes (tenant_id, configuration, chunks, words)
SELECT tenant_id, configuration, count(*), sum(words) FROM responder.chunks GROUP BY 1, 2;

CREATE FUNCTION responder.add_sizes() RETURNS trigger LANGUAGE plpgsql SET search_path = responder, pg_temp AS $$
BEGIN
  INSERT INTO sizes AS held (tenant_id, configuration, chunks, words)
  SELECT tenant_id, configuration, count(*), sum(words) FROM came GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (tenant_id, configuration) DO UPDATE
     SET chunks = held.chunks + excluded.chunks, words = held.words + excluded.words;
  RETURN NULL;
END $$;
CREATE FUNCTION responder.take_sizes() RETURNS trigger LANGUAGE plpgsql SET search_path = responder, pg_temp AS $$
BEGIN
  UPDATE sizes s SET chunks = s.chunks - gone.chunks, words = s.words - gone.words
    FROM (SELECT tenant_id, configuration, count(*) AS chunks, sum(words) AS words
            FROM went GROUP BY 1, 2) AS gone
   WHERE s.tenant_id = gone.tenant_id AND s.configuration = gone.configuration;
  RETURN NULL;
END $$;
CREATE TRIGGER chunks_came AFTER INSERT ON responder.chunks
  REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION responder.add_sizes();
CREATE TRIGGER chunks_went AFTER DELETE ON responder.chunks
  REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION responder.take_sizes();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['vectors', 'sizes'] LOOP
    EXECUTE format('ALTER TABLE responder.%I OWNER TO responder_owner', name);
    EXECUTE format('ALTER TABLE responder.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE responder.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON responder.%I TO responder_app
         USING (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))
         WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''cassava.tenant_id'', true), '''')))',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON responder.%I TO responder_app', name);
  END LOOP;
END $$;
