import { useAgents, useTeams } from "../agents/agents";
import { Field } from "../design/controls";
import { useWords } from "../words/words";
import { partWords } from "./part-words";

interface SomebodyProps {
  label: string;
  hint?: string;
  wrong: string | undefined;
  id: string;
  onChange: (id: string) => void;
}

export function TeamField(props: SomebodyProps) {
  return <OneOf {...props} from={useTeams()} />;
}

export function AgentField(props: SomebodyProps) {
  return <OneOf {...props} from={useAgents()} />;
}

function OneOf({ label, hint, wrong, id, onChange, from }: SomebodyProps & { from: { id?: string; name?: string }[] }) {
  const say = useWords(partWords);
  return (
    <Field label={label} wrong={wrong} {...(hint && { hint })}>
      {(given) => (
        <select {...given} className="input" value={id} onChange={(event) => { onChange(event.target.value); }}>
          <option value="">{say("nobodyElse")}</option>
          {from.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
        </select>
      )}
    </Field>
  );
}
