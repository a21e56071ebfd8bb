-- Sums hold the outcomes that conversations opened in [since, until) come to in the end; what silence has yet to change is taken back: whole
-- quarters from sums, the one that ends at $6 and now ($5) is in from facts.
WITH ripening AS (
  SELECT place, split_part(change, ' ', 1) AS before, split_part(change, ' ', 2) AS after, count
    FROM changing WHERE metric = 'outcome_ripens'
  UNION ALL
  SELECT place, before, after, 1
    FROM period, conversations c, ripens(c)
   WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
     AND opened_at >= since AND opened_at < until AND moment > $5 AND moment < $6
     AND conversation_id = ANY (ARRAY(
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND silent_at > $5 AND silent_at < $6
           UNION ALL
           SELECT conversation_id FROM conversations
            WHERE tenant_id = $1 AND generation = $2 AND settled_at > $5 AND settled_at < $6))
)
SELECT place, 'outcome' AS metric, label, (sign * count)::bigint AS count
  FROM ripening, LATERAL (VALUES (before, 1), (after, -1)) AS change (label, sign)
