-- What customers asked and no article answered, under the conversation that asked it: erasing a conversation takes it along.
CREATE TABLE responder.unanswered_questions (
  tenant_id       text        NOT NULL,
  question_id     uuid        NOT NULL, -- Made of tenant and wording: the same words are one question.
  conversation_id uuid        NOT NULL,
  question        text        NOT NULL,
  language        text        NOT NULL,
  nearest_article uuid,
  evidence        real        NOT NULL,
  asked_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, question_id, conversation_id)
);
CREATE INDEX unanswered_questions_of_conversation
  ON responder.unanswered_questions (tenant_id, conversation_id);
CREATE INDEX unanswered_questions_oldest ON responder.unanswered_questions (tenant_id, asked_at);
ALTER TABLE responder.unanswered_questions OWNER TO responder_owner;
ALTER TABLE responder.unanswered_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE responder.unanswered_questions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON responder.unanswered_questions TO responder_app
  USING (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('cassava.tenant_id', true), '')));
GRANT SELECT, INSERT, UPDATE, DELETE ON responder.unanswered_questions TO responder_app;
