-- The definition, read slowly: what test_sums.py holds the reports to.
-- Conversations and messages of [$3, $4): each event counts where it happened; `open` is as of $4.
SELECT coalesce(sum(count) FILTER (WHERE metric = 'conversations_opened'), 0)::integer AS total,
       (SELECT coalesce(sum(count), 0)::integer
          FROM (SELECT count FROM open_by_day
                 WHERE tenant_id = $1 AND generation = $2
                   AND day < date_trunc('day', $4::timestamptz, 'UTC')
                UNION ALL
                SELECT count FROM tallies
                 WHERE tenant_id = $1 AND generation = $2 AND metric = 'conversations_open'
                   AND bucket >= date_trunc('day', $4::timestamptz, 'UTC') AND bucket < $4) AS part)
         AS open,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_resolved'), 0)::integer AS resolved,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_reopened'), 0)::integer AS reopened,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_received'), 0)::integer AS received,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_sent'), 0)::integer AS sent,
       coalesce(sum(count) FILTER (WHERE metric = 'ratings_asked'), 0)::integer AS asked,
       coalesce(sum(count) FILTER (WHERE metric = 'ratings_answered'), 0)::integer AS answered
  FROM tallies
 WHERE tenant_id = $1 AND generation = $2
   AND bucket >= $3 AND bucket < $4
   AND metric IN ('conversations_opened', 'conversations_resolved', 'conversations_reopened',
                  'messages_received', 'messages_sent', 'ratings_asked', 'ratings_answered');
