-- An example is changed and removed by its id; what was trained is listed, newest first.
ALTER TABLE classifier.examples ADD COLUMN example_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX examples_by_id ON classifier.examples (tenant_id, example_id);
CREATE INDEX trainings_newest ON classifier.trainings (tenant_id, created_at DESC, id DESC);
