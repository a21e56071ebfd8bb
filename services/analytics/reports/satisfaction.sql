-- Ratings given in [$3, $4), by who answered in their conversations.
SELECT label AS answered_by,
       (sum(count) FILTER (WHERE metric = 'ratings'))::integer AS responses,
       (sum(count) FILTER (WHERE metric = 'rating_points'))::integer AS points
  FROM counted($1, $2, ARRAY['ratings', 'rating_points'], $3, $4)
 GROUP BY label
HAVING sum(count) <> 0
 ORDER BY label;
