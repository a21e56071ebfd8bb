import type { SlaPolicy } from "../../api/names";
import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { AgentField, TeamField } from "../people-fields";
import { promiseWords } from "./words";

const WARN_PERCENT = 80;

interface BreachFieldsProps {
  draft: SlaPolicy;
  escalation: NonNullable<SlaPolicy["on_breach"]>;
  wrong: (field: string) => string | undefined;
  onChange: (part: SlaPolicy) => void;
}

/** Who keeps a promise, when it is in danger, what a breach does. */
export function BreachFields({ draft: { answered_by, warn_percent }, escalation, wrong, onChange }: BreachFieldsProps) {
  const say = useWords(promiseWords);
  const put = (part: typeof escalation) => { onChange({ on_breach: { ...escalation, ...part } }); };
  return (
    <>
      <div className="filter-row">
        <label className="choice">
          <input type="checkbox" checked={answered_by === "ANSWERED_BY_ANYONE"} onChange={(event) => { onChange({ answered_by: event.target.checked ? "ANSWERED_BY_ANYONE" : "ANSWERED_BY_PERSON" }); }} />
          {say("machineCounts")}
        </label>
        <Field label={say("warn")} wrong={wrong("policy.warn_percent")}>
          {(given) => <input {...given} className="input" type="number" min={50} max={95} value={warn_percent || WARN_PERCENT} onChange={(event) => { onChange({ warn_percent: Number(event.target.value) }); }} />}
        </Field>
      </div>
      <fieldset>
        <legend>{say("breach")}</legend>
        <div className="filter-row">
          <label className="choice">
            <input type="checkbox" checked={escalation.raise_priority ?? false} onChange={(event) => { put({ raise_priority: event.target.checked }); }} />
            {say("raise")}
          </label>
          <TeamField label={say("toTeam")} wrong={wrong("policy.on_breach.team_id")} id={escalation.team_id ?? ""} onChange={(id) => { put({ team_id: id }); }} />
          <AgentField label={say("toAgent")} wrong={wrong("policy.on_breach.agent_id")} id={escalation.agent_id ?? ""} onChange={(id) => { put({ agent_id: id }); }} />
        </div>
      </fieldset>
    </>
  );
}
