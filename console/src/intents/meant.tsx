import { useToast } from "../design/toasts";
import { useIntents } from "../words/intents";
import { useWords } from "../words/words";
import { useIntentCommands, useIntentNames } from "./queries";
import { intentWords } from "./words";

interface Props {
  text: string;
  /** Under which it stands, or as which it was understood. */
  intent: string;
  label: string;
}

/** An agent's word on what a text means: an example from the next training on. */
export function MeantSelect({ text, intent, label }: Props) {
  const say = useWords(intentWords);
  const toast = useToast();
  const called = useIntents();
  const names = useIntentNames();
  const { correct, isChanging } = useIntentCommands();
  async function choose(meant: string) {
    if (await correct({ text, intent: meant })) toast(say("corrected", { meant: called(meant) }));
  }
  if (names.length === 0) return null;
  return (
    <select className="input meant" aria-label={label} value={names.includes(intent) ? intent : ""} disabled={isChanging} onChange={(event) => { if (event.target.value) void choose(event.target.value); }}>
      {!names.includes(intent) && <option value="">{say("meant")}</option>}
      {names.map((name) => <option key={name} value={name}>{called(name)}</option>)}
    </select>
  );
}
