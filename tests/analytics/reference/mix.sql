-- The definition, read slowly: what test_sums.py holds the reports to.
-- What [$3, $4) was made of: per metric, each label's count and its share of all labels.
SELECT metric,
       label,
       sum(count)::integer AS count,
       sum(count)::float8 / (sum(sum(count)) OVER (PARTITION BY metric))::float8 AS share
  FROM tallies
 WHERE tenant_id = $1 AND generation = $2
   AND bucket >= $3 AND bucket < $4
   AND metric IN ('conversations_opened', 'ai_replies', 'intents', 'urgency', 'sentiment',
                  'languages')
 GROUP BY metric, label
HAVING sum(count) > 0
 ORDER BY metric, count DESC, label;
