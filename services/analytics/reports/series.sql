-- [$3, $4) by local hours or days ($6) of the time zone $5; steps in which nothing happened have no row.
SELECT date_trunc($6::text, bucket, $5::text) AS since,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_opened'), 0)::integer
         AS conversations,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_received'), 0)::integer
         AS messages_received,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_sent'), 0)::integer AS messages_sent,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_resolved'), 0)::integer
         AS resolved,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_reopened'), 0)::integer
         AS reopened,
       coalesce(sum(count) FILTER (WHERE metric = 'handovers'), 0)::integer AS handovers,
       coalesce(sum(count) FILTER (WHERE metric = 'ai_replies'), 0)::integer AS ai_replies
  FROM tallies
 WHERE tenant_id = $1 AND generation = $2
   AND bucket >= $3 AND bucket < $4
   AND metric IN ('conversations_opened', 'messages_received', 'messages_sent',
                  'conversations_resolved', 'conversations_reopened', 'handovers', 'ai_replies')
 GROUP BY since
 ORDER BY since;
