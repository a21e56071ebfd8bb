-- The tier `knowledge` quotes the sentences that are nearest to the question. Their vectors are made where the passage is cut:
-- eight of them cost 70 ms, and whoever asks would wait for that. Halves (float16), one after another; nothing where the passage
-- has no more sentences than are quoted, or was cut before this column: then they are made when somebody asks.
ALTER TABLE responder.chunks ADD COLUMN sentences bytea;
