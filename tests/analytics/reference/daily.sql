-- The definition, read slowly: what test_sums.py holds the reports to.
-- [$3, $4) by local days of the time zone $5; days on which nothing happened have no row.
SELECT (bucket AT TIME ZONE $5::text)::date AS day,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_opened'), 0)::integer
         AS conversations,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_received'), 0)::integer
         AS messages_received,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_sent'), 0)::integer AS messages_sent,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_resolved'), 0)::integer
         AS resolved,
       coalesce(sum(count) FILTER (WHERE metric = 'handovers'), 0)::integer AS handovers
  FROM tallies
 WHERE tenant_id = $1 AND generation = $2
   AND bucket >= $3 AND bucket < $4
   AND metric IN ('conversations_opened', 'messages_received', 'messages_sent',
                  'conversations_resolved', 'handovers')
 GROUP BY day
 ORDER BY day;
