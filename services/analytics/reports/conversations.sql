-- Conversations opened in [$3, $4), oldest first, after the one opened at $5 with the id $6; at most $7; outcomes as of $8.
SELECT conversation_id, opened_at, channel, channel_id, customer_id, holder, ai_answers,
       person_answers, first_answered_by,
       round(extract(epoch FROM first_answered_at - started_at), 3) AS first_response_seconds,
       resolved_at,
       round(extract(epoch FROM ended_at - started_at - stood_resolved), 3) AS resolution_seconds,
       handed_over_at,
       (SELECT r.rating FROM ratings r
         WHERE (r.tenant_id, r.generation, r.conversation_id)
             = (c.tenant_id, c.generation, c.conversation_id)
         ORDER BY r.rated_at DESC LIMIT 1) AS rating,
       outcome_at(c, $8) AS outcome, tiers, agents, teams, promises_met, promises_broken
  FROM conversations c,
       LATERAL (
         SELECT string_agg(DISTINCT tier, ' ') FILTER (WHERE tier <> '') AS tiers,
                string_agg(DISTINCT agent_id, ' ') FILTER (WHERE agent_id <> '') AS agents,
                string_agg(DISTINCT team_id, ' ') FILTER (WHERE team_id <> '') AS teams
           FROM responses r
          WHERE (r.tenant_id, r.generation, r.conversation_id)
              = (c.tenant_id, c.generation, c.conversation_id)) AS answered,
       LATERAL (
         SELECT count(*) FILTER (WHERE k.outcome = 'met') AS promises_met,
                count(*) FILTER (WHERE k.breached_at IS NOT NULL) AS promises_broken
           FROM clocks k
          WHERE (k.tenant_id, k.generation, k.conversation_id)
              = (c.tenant_id, c.generation, c.conversation_id)) AS promised
 WHERE tenant_id = $1 AND generation = $2 AND started_at IS NOT NULL
   AND opened_at >= $3 AND opened_at < $4
   AND (opened_at, conversation_id) > ($5::timestamptz, $6::text)
 ORDER BY opened_at, conversation_id
 LIMIT $7::integer;
