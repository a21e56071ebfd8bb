import { useState } from "react";
import { PRESENCES, useSetPresence, useTeams } from "../../agents/agents";
import type { Agent, Presence } from "../../api/names";
import { Badge, Button } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Confirm } from "../confirm";
import { AgentForm } from "./agent-form";
import { useAgentPages, useArchiveAgent } from "./queries";
import { peopleWords } from "./words";

export function Agents() {
  const say = useWords(peopleWords);
  const common = useWords(commonWords);
  const list = useAgentPages();
  const [opened, open] = useState<Agent>();
  const agents = list.data?.pages.flatMap((page) => page.agents ?? []) ?? [];
  return (
    <section className="card stack">
      <div className="heading">
        <h2>{say("agents")}</h2>
        <Button look="primary" onClick={() => { open({}); }}>{say("newAgent")}</Button>
      </div>
      <Listing list={list} isEmpty={agents.length === 0} empty={say("noAgents")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("presence")}</th>
              <th scope="col">{say("teams")}</th>
              <th scope="col">{say("skills")}</th>
              <th scope="col">{say("load")}</th>
              <td />
            </tr>
          </thead>
          <tbody>{agents.map((agent) => <AgentRow key={agent.id} agent={agent} edit={open} />)}</tbody>
        </table>
      </Listing>
      <Dialog open={opened !== undefined} onClose={() => { open(undefined); }} title={opened?.name ?? say("newAgent")}>
        {opened && <AgentForm agent={opened} onClose={() => { open(undefined); }} />}
      </Dialog>
    </section>
  );
}

const DEFAULT_CAPACITY = 5;

function AgentRow({ agent, edit }: { agent: Agent; edit: (agent: Agent) => void }) {
  const common = useWords(commonWords);
  const { capacity, name = "", open_conversations: load = 0, skills = [], state, team_ids: ids = [] } = agent;
  const teams = useTeams().filter(({ id }) => id && ids.includes(id));
  const isHere = state !== "STATE_ARCHIVED";
  return (
    <tr>
      <th scope="row"><bdi>{name}</bdi></th>
      <td>{isHere ? <PresenceField agent={agent} /> : <Left />}</td>
      <td>{teams.map((team) => team.name).join(", ")}</td>
      <td>{skills.join(", ")}</td>
      <td className="number">{`${load} / ${capacity || DEFAULT_CAPACITY}`}</td>
      <td>
        {isHere && (
          <div className="row">
            <Button small onClick={() => { edit(agent); }} aria-label={`${common("edit")}: ${name}`}>{common("edit")}</Button>
            <Archive agent={agent} />
          </div>
        )}
      </td>
    </tr>
  );
}

function Left() {
  const say = useWords(peopleWords);
  return <Badge>{say("left")}</Badge>;
}

function PresenceField({ agent: { id = "", name = "", presence } }: { agent: Agent }) {
  const say = useWords(peopleWords);
  const term = useTerms();
  const { setPresence, isChanging } = useSetPresence();
  return (
    <select className="input" aria-label={`${say("presence")}: ${name}`} disabled={isChanging} value={presence} onChange={(event) => void setPresence(id, event.target.value as Presence)}>
      {PRESENCES.map((each) => <option key={each} value={each}>{term(each)}</option>)}
    </select>
  );
}

function Archive({ agent: { id = "", name = "" } }: { agent: Agent }) {
  const say = useWords(peopleWords);
  const [isAsking, ask] = useState(false);
  const { archive, isChanging } = useArchiveAgent();
  async function confirm() {
    if (await archive(id)) ask(false);
  }
  return (
    <>
      <Button small look="danger" onClick={() => { ask(true); }} aria-label={`${say("archive")}: ${name}`}>{say("archive")}</Button>
      <Confirm open={isAsking} title={`${say("archive")}: ${name}`} verb={say("archive")} isChanging={isChanging} onConfirm={confirm} onClose={() => { ask(false); }}>
        <p>{say("archiveWarning")}</p>
      </Confirm>
    </>
  );
}
