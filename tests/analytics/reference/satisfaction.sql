-- The definition, read slowly: what test_sums.py holds the reports to.
-- Ratings given in [$3, $4), by who answered in their conversations.
SELECT CASE WHEN c.person_answers = 0 THEN 'ai' WHEN c.ai_answers = 0 THEN 'person' ELSE 'mixed' END
         AS answered_by,
       count(*)::integer AS responses,
       sum(r.rating)::integer AS points
  FROM ratings r
  JOIN conversations c USING (tenant_id, generation, conversation_id)
 WHERE r.tenant_id = $1 AND r.generation = $2 AND r.rated_at >= $3 AND r.rated_at < $4
 GROUP BY 1
 ORDER BY 1;
