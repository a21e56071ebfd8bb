-- What a tenant knows: articles, the passages they are cut into, and the words in each passage.
-- Needs a superuser for the extension; pgvector is not a trusted one before 0.8.
CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'responder_owner') THEN
    CREATE ROLE responder_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'responder_sched') THEN
    CREATE ROLE responder_sched NOLOGIN NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'responder_app') THEN
    CREATE ROLE responder_app LOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$;
ALTER ROLE responder_app SET search_path = responder;

CREATE SCHEMA IF NOT EXISTS responder;
ALTER SCHEMA responder OWNER TO responder_owner;
GRANT USAGE ON SCHEMA responder TO responder_app, responder_sched;

CREATE TABLE responder.articles (
  tenant_id  text        NOT NULL,
  article_id uuid        NOT NULL,
  version    integer     NOT NULL DEFAULT 1,
  language   text        NOT NULL,
  title      text        NOT NULL,
  body       text        NOT NULL,
  url        text        NOT NULL DEFAULT '',
  slug       text        NOT NULL DEFAULT '',
  status     text        NOT NULL CHECK (status IN ('draft', 'published')),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, article_id)
);
CREATE INDEX articles_newest ON responder.articles (tenant_id, updated_at DESC, article_id DESC);

-- Passages of published articles only: what is not here cannot be found.
CREATE TABLE responder.chunks (
  tenant_id       text    NOT NULL,
  chunk_id        uuid    NOT NULL,
  article_id      uuid    NOT NULL,
  article_version integer NOT NULL,
  position        integer NOT NULL,
  heading         text    NOT NULL,
  text            text    NOT NULL,
  language        text    NOT NULL,
  configuration   text    NOT NULL,
  words           integer NOT NULL,
  encoder         text    NOT NULL,
  embedding       public.vector(384) NOT NULL,
  -- A heading is often the question itself; nothing where there is none.
  heading_embedding public.vector(384),
  PRIMARY KEY (tenant_id, chunk_id),
  FOREIGN KEY (tenant_id, article_id)
    REFERENCES responder.articles (tenant_id, article_id) ON DELETE CASCADE
);
CREATE INDEX chunks_of_article ON responder.chunks (tenant_id, article_id, position);

-- A term carries its text search configuration: `french:rembours`.
CREATE TABLE responder.postings (
  tenant_id text    NOT NULL,
  term      text    NOT NULL,
  chunk_id  uuid    NOT NULL,
  count     integer NOT NULL,
  PRIMARY KEY (tenant_id, term, chunk_id),
  FOREIGN KEY (tenant_id, chunk_id)
    REFERENCES responder.chunks (tenant_id, chunk_id) ON DELETE CASCADE
);
CREATE INDEX postings_of_chunk ON responder.postings (tenant_id, chunk_id);

CREATE TABLE responder.knowledge_versions (
  tenant_id text   NOT NULL PRIMARY KEY,
  version   bigint NOT NULL
);

CREATE TABLE responder.request_ids (
  tenant_id    text        NOT NULL,
  request_id   text        NOT NULL,
  method       text        NOT NULL,
  request_hash bytea       NOT NULL,
  answer       bytea       NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, request_id)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY
    ARRAY['articles', 'chunks', 'postings', 'knowledge_versions', 'request_ids']
  LOOP
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
