-- Answers by people in [$3, $4), by agent and by team: how many, where, how long their customers had
-- waited, and how those conversations were rated meanwhile.
WITH answer AS (
  SELECT agent_id, team_id, conversation_id,
         CASE WHEN asked_at IS NOT NULL
              THEN round(greatest(extract(epoch FROM answered_at - asked_at), 0), 3) END AS spent
    FROM responses
   WHERE tenant_id = $1 AND generation = $2 AND answered_by = 'person'
     AND answered_at >= $3 AND answered_at < $4
), whose AS (
  SELECT agent_id, '' AS team_id, conversation_id, spent FROM answer
  UNION ALL
  SELECT '', team_id, conversation_id, spent FROM answer WHERE team_id <> ''
), rated AS (
  SELECT w.agent_id, w.team_id, count(*)::integer AS ratings, sum(r.rating)::integer AS points
    FROM (SELECT DISTINCT agent_id, team_id, conversation_id FROM whose) w
    JOIN ratings r ON r.tenant_id = $1 AND r.generation = $2
     AND r.conversation_id = w.conversation_id AND r.rated_at >= $3 AND r.rated_at < $4
   GROUP BY w.agent_id, w.team_id
)
SELECT w.agent_id, w.team_id,
       count(*)::integer AS answers,
       count(DISTINCT w.conversation_id)::integer AS conversations,
       count(w.spent)::integer AS count,
       round(avg(w.spent), 3)::float8 AS avg,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY w.spent)::float8 AS p50,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY w.spent)::float8 AS p90,
       coalesce(max(rated.ratings), 0) AS ratings,
       coalesce(max(rated.points), 0) AS points
  FROM whose w LEFT JOIN rated USING (agent_id, team_id)
 GROUP BY w.agent_id, w.team_id
 ORDER BY answers DESC, w.agent_id, w.team_id;
