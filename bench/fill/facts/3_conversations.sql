CALL make_indexes('{conversations}');
SELECT fill_tallies('conversations');
