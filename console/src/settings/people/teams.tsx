import { useState } from "react";
import type { Team } from "../../api/names";
import { Button, Field } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { useSaveTeam, useTeamPages } from "./queries";
import { peopleWords } from "./words";

export function Teams() {
  const say = useWords(peopleWords);
  const common = useWords(commonWords);
  const list = useTeamPages();
  const [opened, open] = useState<Team>();
  const teams = list.data?.pages.flatMap((page) => page.teams ?? []) ?? [];
  return (
    <section className="card stack">
      <div className="heading">
        <h2>{say("teams")}</h2>
        <Button look="primary" onClick={() => { open({}); }}>{say("newTeam")}</Button>
      </div>
      <Listing list={list} isEmpty={teams.length === 0} empty={say("noTeams")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("dealing")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {teams.map((team) => (
              <tr key={team.id}>
                <th scope="row"><bdi>{team.name}</bdi></th>
                <td>{say(team.auto_assign ? "dealt" : "taken")}</td>
                <td><Button small onClick={() => { open(team); }} aria-label={`${common("edit")}: ${team.name ?? ""}`}>{common("edit")}</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
      <Dialog open={opened !== undefined} onClose={() => { open(undefined); }} title={opened?.name ?? say("newTeam")}>
        {opened && <TeamForm team={opened} onClose={() => { open(undefined); }} />}
      </Dialog>
    </section>
  );
}

function TeamForm({ team, onClose }: { team: Team; onClose: () => void }) {
  const say = useWords(peopleWords);
  const common = useWords(commonWords);
  const { submission, save } = useSaveTeam();
  const [name, setName] = useState(team.name ?? "");
  const [isDealt, deal] = useState(team.auto_assign ?? true);
  async function submit() {
    const { id, etag } = team;
    if (await save({ ...(id && { id }), ...(etag && { etag }), name: name.trim(), auto_assign: isDealt })) onClose();
  }
  return (
    <Form label={say("team")} submission={submission} onSubmit={submit} onCancel={onClose}>
      <Field label={common("name")} wrong={submission.wrong("team.name")}>
        {(given) => <input {...given} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { setName(event.target.value); }} />}
      </Field>
      <label className="choice">
        <input type="checkbox" checked={isDealt} onChange={(event) => { deal(event.target.checked); }} />
        {say("dealt")}
      </label>
    </Form>
  );
}
