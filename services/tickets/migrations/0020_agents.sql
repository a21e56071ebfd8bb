-- People at the desk: teams, agents, who is in which; and whose a conversation and its case are.
SET LOCAL ROLE tickets_owner;
SET LOCAL search_path = tickets;

CREATE TABLE teams(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  name text NOT NULL,
  auto_assign boolean NOT NULL DEFAULT false,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id));
CREATE INDEX teams_page ON teams(tenant_id, created_at DESC, id);

CREATE TABLE agents(
  tenant_id text NOT NULL REFERENCES tenants,
  id uuid PRIMARY KEY,
  name text NOT NULL,
  key_id text,                     -- of the API key this person works with
  skills text[] NOT NULL DEFAULT '{}',
  capacity int NOT NULL CHECK (capacity > 0),
  presence text NOT NULL DEFAULT 'offline' CHECK (presence IN ('offline', 'away', 'online')),
  presence_until timestamptz,      -- offline after that; null: until it is changed
  last_assigned_at timestamptz,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, id));
CREATE INDEX agents_page ON agents(tenant_id, created_at DESC, id);
CREATE UNIQUE INDEX one_agent_a_key ON agents(tenant_id, key_id) WHERE key_id IS NOT NULL AND state = 'active';

CREATE TABLE team_members(
  tenant_id text NOT NULL,
  team_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  PRIMARY KEY (team_id, agent_id),
  FOREIGN KEY (tenant_id, team_id) REFERENCES teams(tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents(tenant_id, id));
CREATE INDEX team_members_agent ON team_members(agent_id);

ALTER TABLE conversations
  ADD COLUMN team_id uuid,
  ADD COLUMN assignee_id uuid,
  ADD COLUMN required_skills text[] NOT NULL DEFAULT '{}',
  ADD COLUMN queued_at timestamptz,  -- since when its team owes it an agent
  ADD FOREIGN KEY (tenant_id, team_id) REFERENCES teams(tenant_id, id),
  ADD FOREIGN KEY (tenant_id, assignee_id) REFERENCES agents(tenant_id, id);
-- What an agent has open is counted, never remembered: a count cannot drift.
CREATE INDEX conversations_assigned ON conversations(assignee_id, created_at DESC, id)
  WHERE assignee_id IS NOT NULL AND resolved_at IS NULL;
CREATE INDEX conversations_of_team ON conversations(team_id, created_at DESC, id)
  WHERE team_id IS NOT NULL AND resolved_at IS NULL;
CREATE INDEX conversations_queued ON conversations(team_id, queued_at)
  WHERE queued_at IS NOT NULL AND assignee_id IS NULL AND resolved_at IS NULL;
ALTER TABLE tickets
  ADD COLUMN team_id uuid,
  ADD COLUMN assignee_id uuid,
  ADD FOREIGN KEY (tenant_id, team_id) REFERENCES teams(tenant_id, id),
  ADD FOREIGN KEY (tenant_id, assignee_id) REFERENCES agents(tenant_id, id);

CALL wall('teams', 'SELECT, INSERT, UPDATE');
CALL wall('agents', 'SELECT, INSERT, UPDATE');
CALL wall('team_members', 'SELECT, INSERT, DELETE');
