import { useState } from "react";
import type { Rule, Tenant } from "../../api/names";
import { Notice } from "../../design/controls";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { useSavePolicy } from "../tenant";
import { Actions } from "./actions";
import { Conditions } from "./conditions";
import { doesSomething, withRule } from "./rules";
import { ruleWords } from "./words";

interface RuleFormProps {
  tenant: Tenant;
  /** Behind the last one: a new one. */
  place: number;
  onClose: () => void;
}

export function RuleForm({ tenant: opened, place, onClose }: RuleFormProps) {
  const say = useWords(ruleWords);
  // As it was when the form was opened: a rule's place is only good within one reading.
  const [tenant] = useState(opened);
  const rules = tenant.policy?.rules ?? [];
  const { submission, save } = useSavePolicy();
  const [draft, setDraft] = useState<Rule>(rules[place] ?? {});
  const [isIdle, setIdle] = useState(false);
  const set = (part: Rule) => { setDraft({ ...draft, ...part }); };
  const wrong = (field: keyof Rule) => submission.wrong(`tenant.policy.rules[${place}].${field}`);
  async function submit() {
    setIdle(!doesSomething(draft));
    if (doesSomething(draft) && (await save(tenant, ["rules"], { rules: withRule(rules, draft, place) }))) onClose();
  }
  return (
    <Form label={say("rule", { number: place + 1 })} submission={submission} onSubmit={submit} onCancel={onClose}>
      <Conditions draft={draft} wrong={wrong} onChange={set} />
      <Actions draft={draft} wrong={wrong} onChange={set} />
      {isIdle && <Notice tone="bad">{say("idle")}</Notice>}
    </Form>
  );
}

export interface RulePartProps {
  draft: Rule;
  wrong: (field: keyof Rule) => string | undefined;
  onChange: (part: Rule) => void;
}
