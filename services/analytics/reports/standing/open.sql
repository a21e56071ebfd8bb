-- Conversations that were open when the last day of [since, until) began, in UTC; sums have the rest of that day.
SELECT place, 'conversations_open' AS metric, '' AS label, sum(count)::bigint AS count
  FROM period JOIN open_by_day ON day < last_day
 WHERE tenant_id = $1 AND generation = $2
 GROUP BY place
