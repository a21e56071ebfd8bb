import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { partWords } from "../part-words";
import { WordsField } from "../words-field";
import type { PolicyPartProps } from "./page";
import { answerWords } from "./words";

/** Whether the machine speaks, as whom, in which languages, of what not. */
export function VoiceFields({ draft, wrong, onChange }: PolicyPartProps) {
  const say = useWords(answerWords);
  const parts = useWords(partWords);
  const { allowed_link_hosts: hosts = [], auto_reply_off: isOff = false, forbidden_topics: topics = [], languages = [], persona = "", tone = "" } = draft;
  return (
    <fieldset>
      <legend>{say("voice")}</legend>
      <label className="choice">
        <input type="checkbox" checked={!isOff} onChange={(event) => { onChange({ auto_reply_off: !event.target.checked }); }} />
        {say("autoReply")}
      </label>
      <Field label={say("persona")} hint={say("personaHint")} wrong={wrong("persona")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={200} value={persona} onChange={(event) => { onChange({ persona: event.target.value }); }} />}
      </Field>
      <Field label={say("tone")} hint={say("toneHint")} wrong={wrong("tone")}>
        {(given) => <textarea {...given} className="input" dir="auto" maxLength={500} rows={2} value={tone} onChange={(event) => { onChange({ tone: event.target.value }); }} />}
      </Field>
      <WordsField label={say("languages")} hint={`${say("languagesHint")} ${parts("commas")}`} wrong={wrong("languages")} words={languages} onChange={(words) => { onChange({ languages: words }); }} />
      <WordsField label={say("topics")} hint={`${say("topicsHint")} ${parts("commas")}`} wrong={wrong("forbidden_topics")} words={topics} onChange={(words) => { onChange({ forbidden_topics: words }); }} />
      <WordsField label={say("hosts")} hint={parts("commas")} wrong={wrong("allowed_link_hosts")} words={hosts} onChange={(words) => { onChange({ allowed_link_hosts: words }); }} />
    </fieldset>
  );
}
