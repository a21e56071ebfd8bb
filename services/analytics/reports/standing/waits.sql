-- Waits that began before `until` and nobody had answered then, or by now; how long the oldest one has run, in microseconds.
SELECT place, metric, '' AS label, figure.count
  FROM (SELECT place, count(*) AS waits,
               (1000000 * extract(epoch FROM as_of - min(since)))::bigint AS oldest
          FROM (SELECT place, as_of, waiting_since AS since
                  FROM period, conversations
                 WHERE tenant_id = $1 AND generation = $2 AND waiting_since < as_of
                   AND resolved_at IS NULL
                UNION ALL
                -- Most were answered within a minute after; the others are few, those of more than an hour fewer still.
                SELECT place, as_of, asked_at
                  FROM period, responses
                 WHERE tenant_id = $1 AND generation = $2 AND asked_at < until AND answered_at >= until
                   AND answered_at - asked_at < interval '1 minute' AND answered_at < a_minute_later
                UNION ALL
                SELECT place, as_of, asked_at
                  FROM period, responses
                 WHERE tenant_id = $1 AND generation = $2 AND asked_at < until AND answered_at >= until
                   AND answered_at - asked_at >= interval '1 minute' AND answered_at - asked_at < interval '1 hour'
                   AND answered_at < an_hour_later
                UNION ALL
                SELECT place, as_of, asked_at
                  FROM period, responses
                 WHERE tenant_id = $1 AND generation = $2 AND asked_at < until AND answered_at >= until
                   AND answered_at - asked_at >= interval '1 hour') AS wait
         GROUP BY place, as_of) AS waiting,
       LATERAL (VALUES ('waits', waits), ('oldest_wait_us', oldest)) AS figure (metric, count)
