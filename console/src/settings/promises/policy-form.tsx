import { useState } from "react";
import type { SlaPolicy } from "../../api/names";
import { Field } from "../../design/controls";
import { CHANNELS, URGENCIES } from "../../inbox/filters";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Choices } from "../choices";
import { Form } from "../form";
import { partWords } from "../part-words";
import { WordsField } from "../words-field";
import { BreachFields } from "./breach-fields";
import { useSaveSlaPolicy } from "./queries";
import { TargetFields } from "./target-fields";
import { CLOCKS, draftsOf, targetsOf } from "./targets";
import { promiseWords } from "./words";

/** For whom, how fast, and what a broken promise does; without an id a new one. */
export function PolicyForm({ policy, onClose }: { policy: SlaPolicy; onClose: () => void }) {
  const say = useWords(promiseWords);
  const common = useWords(commonWords);
  const { submission, save } = useSaveSlaPolicy();
  const [draft, setDraft] = useState(policy);
  const [drafts, setDrafts] = useState(() => draftsOf(policy.targets ?? []));
  const set = (part: SlaPolicy) => { setDraft({ ...draft, ...part }); };
  const { name = "", position = 0, on_breach = {} } = draft;
  const wrongTargets = submission.wrong("policy.targets");
  async function submit() {
    if (await save({ ...kept(draft), name: name.trim(), targets: targetsOf(drafts) })) onClose();
  }
  return (
    <Form label={say("policy")} submission={submission} onSubmit={submit} onCancel={onClose}>
      <div className="filter-row">
        <Field label={common("name")} wrong={submission.wrong("policy.name")}>
          {(given) => <input {...given} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { set({ name: event.target.value }); }} />}
        </Field>
        <Field label={say("position")} hint={say("positionHint")} wrong={submission.wrong("policy.position")}>
          {(given) => <input {...given} className="input" type="number" required value={position} onChange={(event) => { set({ position: Number(event.target.value) }); }} />}
        </Field>
      </div>
      <Conditions draft={draft} wrong={submission.wrong} onChange={set} />
      {CLOCKS.map((kind) => (
        <TargetFields key={kind} kind={kind} draft={drafts[kind]} onChange={(next) => { setDrafts({ ...drafts, [kind]: next }); }} />
      ))}
      {wrongTargets && <span className="wrong">{wrongTargets}</span>}
      <BreachFields draft={draft} escalation={on_breach} wrong={submission.wrong} onChange={set} />
    </Form>
  );
}

/** What the contract lets one change, without what it only tells. */
function kept({ id, etag, ...policy }: SlaPolicy): SlaPolicy {
  const { answered_by, channels = [], customer_ids = [], intents = [], on_breach = {}, position = 0, urgencies = [], warn_percent = 0 } = policy;
  return { ...(id && { id }), ...(etag && { etag }), ...(answered_by && { answered_by }), channels, customer_ids, intents, on_breach, position, urgencies, warn_percent };
}

interface ConditionsProps {
  draft: SlaPolicy;
  wrong: (field: string) => string | undefined;
  onChange: (part: SlaPolicy) => void;
}

function Conditions({ draft: { channels = [], customer_ids = [], intents = [], urgencies = [] }, wrong, onChange }: ConditionsProps) {
  const say = useWords(promiseWords);
  const parts = useWords(partWords);
  const term = useTerms();
  return (
    <fieldset>
      <legend>{say("when")}</legend>
      <p className="quiet">{say("whenHint")}</p>
      <Choices legend={say("channels")} options={CHANNELS.map((value) => ({ value, label: term(value) }))} chosen={channels} onChange={(chosen) => { onChange({ channels: chosen }); }} />
      <Choices legend={say("urgencies")} options={URGENCIES.map((value) => ({ value, label: term(value) }))} chosen={urgencies} onChange={(chosen) => { onChange({ urgencies: chosen }); }} />
      <WordsField label={say("intents")} hint={parts("commas")} wrong={wrong("policy.intents")} words={intents} onChange={(words) => { onChange({ intents: words }); }} />
      <WordsField label={say("customers")} hint={parts("commas")} wrong={wrong("policy.customer_ids")} words={customer_ids} onChange={(words) => { onChange({ customer_ids: words }); }} />
    </fieldset>
  );
}
