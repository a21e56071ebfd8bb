-- Everything of all facts, for an upgrade and for whoever fills facts by hand: in parts that touch no row of one another, so that they may run side
-- by side. A fact's metrics are its own, whoever has them.
SET LOCAL ROLE analytics_owner;

CREATE FUNCTION fill_tallies(fact text) RETURNS void LANGUAGE plpgsql SET search_path = analytics, pg_temp AS $$
BEGIN
  IF fact = 'ratings' THEN
    UPDATE ratings r SET answered_by = answered_by(c) FROM conversations c
     WHERE (c.tenant_id, c.generation, c.conversation_id) = (r.tenant_id, r.generation, r.conversation_id)
       AND r.answered_by <> answered_by(c);
  ELSIF fact = 'ai_resolutions' THEN
    UPDATE ai_resolutions r SET came_back = true FROM conversations c
     WHERE (c.tenant_id, c.generation, c.customer_id, c.channel_id) = (r.tenant_id, r.generation, r.customer_id, r.channel_id)
       AND c.started_at IS NOT NULL AND c.opened_at > r.recorded_at AND c.opened_at - r.recorded_at <= interval '168 hours';
  END IF;
  EXECUTE format('
    INSERT INTO tallies
    SELECT tenant_id, generation, metric, date_bin(''15 minutes'', at, ''epoch'') AS bucket, label, sum(count)
      FROM (SELECT tenant_id, generation, a.* FROM %I f, adds(f) a) AS added
     GROUP BY tenant_id, generation, metric, bucket, label HAVING sum(count) <> 0', fact);
END $$;
REVOKE EXECUTE ON FUNCTION fill_tallies(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION fill_tallies() RETURNS void LANGUAGE sql SET search_path = analytics, pg_temp AS $$
  SELECT fill_tallies(fact) FROM unnest(ARRAY['conversations', 'responses', 'handovers', 'clocks', 'ratings', 'ai_resolutions']) AS fact;
$$;

-- Of the metrics in [first, last).
CREATE FUNCTION refill_rollups(first text, last text) RETURNS void LANGUAGE sql SET search_path = analytics, pg_temp AS $$
  DELETE FROM rollups WHERE metric >= first AND metric < last;
  INSERT INTO rollups
  SELECT tenant_id, generation, metric, 'hour', date_trunc('hour', bucket, 'UTC') AS hour, rolled_label(metric, label) AS rolled,
         sum(rolled_count(metric, label, count))
    FROM tallies WHERE metric >= first AND metric < last
   GROUP BY tenant_id, generation, metric, hour, rolled HAVING sum(count) <> 0;
  INSERT INTO rollups
  SELECT tenant_id, generation, metric, 'day', date_trunc('day', bucket, 'UTC') AS day, label, sum(count)
    FROM rollups WHERE metric >= first AND metric < last AND grain = 'hour'
   GROUP BY tenant_id, generation, metric, day, label HAVING sum(count) <> 0;
$$;
REVOKE EXECUTE ON FUNCTION refill_rollups(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION refill_rollups() RETURNS void LANGUAGE sql SET search_path = analytics, pg_temp AS $$
  SELECT refill_rollups('', '~');
$$;
