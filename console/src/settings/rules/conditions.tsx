import { useId } from "react";
import type { Urgency } from "../../api/names";
import { Field } from "../../design/controls";
import { CHANNELS, SENTIMENTS, URGENCIES } from "../../inbox/filters";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Choices } from "../choices";
import { partWords } from "../part-words";
import { WordsField } from "../words-field";
import { useIntentNames } from "./queries";
import type { RulePartProps } from "./rule-form";
import { ruleWords } from "./words";

const HOURS = ["HOURS_OPEN", "HOURS_CLOSED"] as const;

/** All that is given has to hold. */
export function Conditions({ draft, wrong, onChange }: RulePartProps) {
  const say = useWords(ruleWords);
  const common = useWords(commonWords);
  const parts = useWords(partWords);
  const term = useTerms();
  const { channels = [], hours = "HOURS_UNSPECIFIED", languages = [], least_urgency = "URGENCY_UNSPECIFIED", sentiments = [] } = draft;
  return (
    <fieldset>
      <legend>{say("when")}</legend>
      <p className="quiet">{say("whenHint")}</p>
      <div className="filter-row">
        <IntentField draft={draft} wrong={wrong} onChange={onChange} />
        <Field label={say("leastUrgency")} wrong={wrong("least_urgency")}>
          {(given) => (
            <select {...given} className="input" value={least_urgency} onChange={(event) => { onChange({ least_urgency: event.target.value as Urgency }); }}>
              <option value="URGENCY_UNSPECIFIED">{common("any")}</option>
              {URGENCIES.map((each) => <option key={each} value={each}>{term(each)}</option>)}
            </select>
          )}
        </Field>
        <Field label={say("hours")} hint={say("hoursHint")} wrong={wrong("hours")}>
          {(given) => (
            <select {...given} className="input" value={hours} onChange={(event) => { onChange({ hours: event.target.value as typeof hours }); }}>
              <option value="HOURS_UNSPECIFIED">{common("any")}</option>
              {HOURS.map((each) => <option key={each} value={each}>{say(each)}</option>)}
            </select>
          )}
        </Field>
      </div>
      <Choices legend={say("channels")} options={CHANNELS.map((value) => ({ value, label: term(value) }))} chosen={channels} onChange={(chosen) => { onChange({ channels: chosen }); }} />
      <Choices legend={say("sentiments")} options={SENTIMENTS.map((value) => ({ value, label: term(value) }))} chosen={sentiments} onChange={(chosen) => { onChange({ sentiments: chosen }); }} />
      <WordsField label={say("languages")} hint={`${say("languagesHint")} ${parts("commas")}`} wrong={wrong("languages")} words={languages} onChange={(words) => { onChange({ languages: words }); }} />
    </fieldset>
  );
}

function IntentField({ draft, wrong, onChange }: RulePartProps) {
  const say = useWords(ruleWords);
  const names = useIntentNames();
  const list = useId();
  return (
    <Field label={say("intent")} wrong={wrong("intent")}>
      {(given) => (
        <>
          <input {...given} className="input" maxLength={100} list={list} value={draft.intent ?? ""} onChange={(event) => { onChange({ intent: event.target.value }); }} />
          <datalist id={list}>{names.map((name) => <option key={name} value={name} />)}</datalist>
        </>
      )}
    </Field>
  );
}
