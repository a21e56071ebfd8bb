-- What [$3, $4) was made of: per metric, each label's count and its share of all labels.
SELECT metric,
       label,
       count::integer AS count,
       (count / sum(count) OVER (PARTITION BY metric))::float8 AS share
  FROM counted($1, $2,
               ARRAY['conversations_opened', 'ai_replies', 'intents', 'urgency', 'sentiment',
                     'languages'],
               $3, $4)
 WHERE count > 0
 ORDER BY metric, count DESC, label;
