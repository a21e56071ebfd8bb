-- Which encoder a tenant chose, of each training and of the model that came of it.
SET LOCAL ROLE classifier_owner;
SET LOCAL search_path = classifier;

ALTER TABLE trainings ADD COLUMN encoder text NOT NULL DEFAULT 'english'
  CHECK (encoder IN ('english', 'multilingual'));
ALTER TABLE model_versions ADD COLUMN encoder text NOT NULL DEFAULT 'english'
  CHECK (encoder IN ('english', 'multilingual'));
