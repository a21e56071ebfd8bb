-- Of conversations opened in [since, until), what the machine will have solved and has not yet, as in `outcomes`; and of its solutions a week
-- before, those of the last, unfinished quarter.
SELECT place, 'opened_solved' AS metric, '' AS label, -sum(count)::bigint AS count
  FROM (SELECT place, count FROM changing WHERE metric = 'solution_ripens'
        UNION ALL
        SELECT place, 1
          FROM (SELECT c FROM conversations c
                 WHERE tenant_id = $1 AND generation = $2 AND settled_at > $5 AND settled_at < $6
                OFFSET 0) AS settled, period
         WHERE (c).started_at IS NOT NULL AND is_solved_at(c, 'infinity')
           AND (c).opened_at >= since AND (c).opened_at < until) AS ripening
 GROUP BY place
UNION ALL
SELECT place, metric, '', count::bigint
  FROM period, ai_resolutions r, adds(r)
 WHERE tenant_id = $1 AND generation = $2 AND recorded_at >= week_ago_quarter AND recorded_at < week_ago
