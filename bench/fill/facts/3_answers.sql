CALL make_indexes('{responses,ai_resolutions,handovers,clocks,ratings}');
SELECT fill_tallies(fact) FROM unnest('{responses,ai_resolutions,handovers,clocks,ratings}'::text[]) AS fact;
