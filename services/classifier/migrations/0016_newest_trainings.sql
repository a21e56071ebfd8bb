-- What was trained, newest first.
CREATE INDEX trainings_newest ON classifier.trainings (tenant_id, created_at DESC, id DESC);
