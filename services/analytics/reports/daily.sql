-- [$3, $4) by days that begin at $5, local dates in the time zone $6; a day on which nothing happened has no row.
SELECT (since AT TIME ZONE $6::text)::date AS day,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_opened'), 0)::integer
         AS conversations,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_received'), 0)::integer
         AS messages_received,
       coalesce(sum(count) FILTER (WHERE metric = 'messages_sent'), 0)::integer AS messages_sent,
       coalesce(sum(count) FILTER (WHERE metric = 'conversations_resolved'), 0)::integer
         AS resolved,
       coalesce(sum(count) FILTER (WHERE metric = 'handovers'), 0)::integer AS handovers
  FROM (SELECT since, lead(since, 1, $4::timestamptz) OVER (ORDER BY since) AS until
          FROM unnest($5::timestamptz[]) AS since
         WHERE since >= $3) AS local,
       counted($1, $2,
               ARRAY['conversations_opened', 'messages_received', 'messages_sent',
                     'conversations_resolved', 'handovers'],
               since, until)
 GROUP BY since
 ORDER BY since;
