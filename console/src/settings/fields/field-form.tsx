import { useState } from "react";
import type { Tenant, TicketField } from "../../api/names";
import { Field } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { partWords } from "../part-words";
import { useSavePolicy } from "../tenant";
import { WordsField } from "../words-field";
import { kindOf } from "./page";
import { fieldWords } from "./words";

const KINDS = ["KIND_TEXT", "KIND_NUMBER", "KIND_CHECK", "KIND_DATE", "KIND_CHOICE"] as const;

/** One field; without a name a new one. A name is what programs and values know it by: it stays. */
export function FieldForm({ tenant, field, onClose }: { tenant: Tenant; field: TicketField; onClose: () => void }) {
  const say = useWords(fieldWords);
  const common = useWords(commonWords);
  const parts = useWords(partWords);
  const { submission, save } = useSavePolicy();
  const [name, setName] = useState(field.name ?? "");
  const [kind, setKind] = useState(kindOf(field));
  const [choices, setChoices] = useState(field.choices ?? []);
  const fields = tenant.policy?.ticket_fields ?? [];
  const isKnown = fields.some((each) => each.name === field.name);
  const isTaken = !isKnown && fields.some((each) => each.name === name);
  const place = isKnown ? fields.findIndex((each) => each.name === field.name) : fields.length;
  const wrong = (part: string) => submission.wrong(`tenant.policy.ticket_fields[${place}].${part}`);
  async function submit() {
    if (isTaken) return;
    const put = { name, kind, ...(kind === "KIND_CHOICE" && { choices }) };
    const next = isKnown ? fields.map((each, at) => (at === place ? put : each)) : [...fields, put];
    if (await save(tenant, ["ticket_fields"], { ticket_fields: next })) onClose();
  }
  return (
    <Form label={say("field")} submission={submission} onSubmit={submit} onCancel={onClose}>
      <Field label={common("name")} hint={say("nameHint")} wrong={isTaken ? say("taken") : wrong("name")}>
        {(given) => <input {...given} className="input" required maxLength={63} disabled={isKnown} value={name} onChange={(event) => { setName(event.target.value.trim()); }} />}
      </Field>
      <Field label={say("kind")} wrong={wrong("kind")}>
        {(given) => (
          <select {...given} className="input" value={kind} onChange={(event) => { setKind(event.target.value as typeof kind); }}>
            {KINDS.map((each) => <option key={each} value={each}>{say(each)}</option>)}
          </select>
        )}
      </Field>
      {kind === "KIND_CHOICE" && <WordsField label={say("choices")} hint={parts("commas")} wrong={wrong("choices")} words={choices} onChange={setChoices} />}
    </Form>
  );
}
