import { useState } from "react";
import { useTeams } from "../../agents/agents";
import type { Agent } from "../../api/names";
import { Field } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Choices } from "../choices";
import { Form } from "../form";
import { partWords } from "../part-words";
import { useKeys } from "../queries";
import { WordsField } from "../words-field";
import { useSaveAgent } from "./queries";
import { peopleWords } from "./words";

/** Who somebody is at the desk; without an id a new one. */
export function AgentForm({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const say = useWords(peopleWords);
  const common = useWords(commonWords);
  const parts = useWords(partWords);
  const teams = useTeams();
  const { submission, save } = useSaveAgent();
  const [draft, setDraft] = useState(agent);
  const set = (part: Agent) => { setDraft({ ...draft, ...part }); };
  const { id, name = "", key_id = "", skills = [], capacity = 0, team_ids = [], etag } = draft;
  async function submit() {
    if (await save({ ...(id && { id }), ...(etag && { etag }), name: name.trim(), key_id, skills, capacity, team_ids })) onClose();
  }
  return (
    <Form label={say("agent")} submission={submission} onSubmit={submit} onCancel={onClose}>
      <Field label={common("name")} wrong={submission.wrong("agent.name")}>
        {(given) => <input {...given} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { set({ name: event.target.value }); }} />}
      </Field>
      <KeyField keyId={key_id} wrong={submission.wrong("agent.key_id")} onChange={(chosen) => { set({ key_id: chosen }); }} />
      <WordsField label={say("skills")} hint={`${say("skillsHint")} ${parts("commas")}`} wrong={submission.wrong("agent.skills")} words={skills} onChange={(chosen) => { set({ skills: chosen }); }} />
      <Field label={say("capacity")} hint={say("capacityHint")} wrong={submission.wrong("agent.capacity")}>
        {(given) => <input {...given} className="input" type="number" min={0} max={1000} value={capacity || ""} onChange={(event) => { set({ capacity: Number(event.target.value) }); }} />}
      </Field>
      {teams.length > 0 && (
        <Choices legend={say("teams")} wrong={submission.wrong("agent.team_ids")} options={teams.map((team) => ({ value: team.id ?? "", label: team.name ?? "" }))} chosen={team_ids} onChange={(chosen) => { set({ team_ids: chosen }); }} />
      )}
    </Form>
  );
}

/** What is done with a key is done by its agent. */
function KeyField({ keyId, wrong, onChange }: { keyId: string; wrong: string | undefined; onChange: (id: string) => void }) {
  const say = useWords(peopleWords);
  const parts = useWords(partWords);
  const keys = useKeys().data?.pages.flatMap((page) => page.keys ?? []) ?? [];
  const usable = keys.filter(({ id, revoke_time }) => id === keyId || !revoke_time);
  return (
    <Field label={say("key")} hint={say("keyHint")} wrong={wrong}>
      {(given) => (
        <select {...given} className="input" value={keyId} onChange={(event) => { onChange(event.target.value); }}>
          <option value="">{parts("nobodyElse")}</option>
          {keyId && !usable.some(({ id }) => id === keyId) && <option value={keyId}>{keyId}</option>}
          {usable.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      )}
    </Field>
  );
}
