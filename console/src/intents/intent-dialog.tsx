import { useState } from "react";
import type { Example, Intent, Urgency } from "../api/names";
import { Button, Field, Notice } from "../design/controls";
import { Dialog } from "../design/overlays";
import { URGENCIES } from "../inbox/filters";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { Examples } from "./examples";
import { useIntentCommands } from "./queries";
import { intentWords } from "./words";

/** One intent with its examples; without a name a new one. */
export function IntentDialog({ intent, onClose }: { intent: Intent | undefined; onClose: () => void }) {
  const say = useWords(intentWords);
  return (
    <Dialog open={intent !== undefined} onClose={onClose} title={intent?.name || say("newIntent")}>
      {intent && <IntentForm intent={intent} onClose={onClose} />}
      {intent?.name && <Examples intent={intent.name} />}
    </Dialog>
  );
}

function IntentForm({ intent, onClose }: { intent: Intent; onClose: () => void }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const isReadOnly = !useMay("admin");
  const { put, isChanging } = useIntentCommands();
  const [name, setName] = useState(intent.name ?? "");
  const [description, setDescription] = useState(intent.description ?? "");
  const [urgency, setUrgency] = useState<Urgency>(intent.least_urgency ?? "URGENCY_UNSPECIFIED");
  const [words, setWords] = useState("");
  async function submit() {
    const told = { name: name.trim(), ...(description && { description }), ...(urgency !== "URGENCY_UNSPECIFIED" && { least_urgency: urgency }) };
    if (!(await put([told], examplesOf(words, told.name)))) return;
    setWords("");
    if (!intent.name) onClose();
  }
  if (isReadOnly) return description ? <p dir="auto">{description}</p> : null;
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      {!intent.name && (
        <Field label={common("name")} hint={say("nameHint")}>
          {(given) => <input {...given} className="input" required maxLength={100} pattern="\S(.*\S)?" value={name} onChange={(event) => { setName(event.target.value); }} />}
        </Field>
      )}
      <Field label={say("description")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={500} value={description} onChange={(event) => { setDescription(event.target.value); }} />}
      </Field>
      <Field label={say("leastUrgency")}>
        {(given) => (
          <select {...given} className="input" value={urgency} onChange={(event) => { setUrgency(event.target.value as Urgency); }}>
            <option value="URGENCY_UNSPECIFIED">{common("any")}</option>
            {URGENCIES.map((each) => <option key={each} value={each}>{term(each)}</option>)}
          </select>
        )}
      </Field>
      <Field label={say("addExamples")} hint={say("addExamplesHint")}>
        {(given) => <textarea {...given} className="input" dir="auto" rows={4} value={words} onChange={(event) => { setWords(event.target.value); }} />}
      </Field>
      <div className="actions">
        {intent.name && <Removal name={intent.name} examples={intent.examples ?? 0} onDone={onClose} />}
        <Button onClick={onClose}>{common("cancel")}</Button>
        <Button type="submit" look="primary" disabled={isChanging}>{common("save")}</Button>
      </div>
    </form>
  );
}

function examplesOf(words: string, intent: string): Example[] {
  return words.split("\n").map((line) => line.trim()).filter(Boolean).map((text) => ({ text, intent }));
}

/** Asked for twice: the examples go with it. */
function Removal({ name, examples, onDone }: { name: string; examples: number; onDone: () => void }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const { remove, isChanging } = useIntentCommands();
  const [isAsked, ask] = useState(false);
  async function confirm() {
    if (await remove(name)) onDone();
  }
  if (!isAsked) return <Button look="danger" onClick={() => { ask(true); }}>{common("remove")}</Button>;
  return (
    <>
      <Notice tone="warn">{say("removeWarning", { name, examples })}</Notice>
      <Button look="danger" disabled={isChanging} onClick={() => void confirm()}>{say("removeNow")}</Button>
    </>
  );
}
