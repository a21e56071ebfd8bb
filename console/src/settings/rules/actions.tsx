import type { Urgency } from "../../api/names";
import { Field } from "../../design/controls";
import { URGENCIES } from "../../inbox/filters";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { partWords } from "../part-words";
import { TeamField } from "../people-fields";
import { WordsField } from "../words-field";
import type { RulePartProps } from "./rule-form";
import { ruleWords } from "./words";

/** All that is asked for is done. */
export function Actions({ draft, wrong, onChange }: RulePartProps) {
  const say = useWords(ruleWords);
  const parts = useWords(partWords);
  const term = useTerms();
  const { category = "", hand_over = false, open_ticket = false, priority = "URGENCY_UNSPECIFIED", required_skills = [], tags = [], team_id = "" } = draft;
  return (
    <fieldset>
      <legend>{say("then")}</legend>
      <div className="row">
        <label className="choice">
          <input type="checkbox" checked={hand_over} onChange={(event) => { onChange({ hand_over: event.target.checked }); }} />
          {say("handOver")}
        </label>
        <label className="choice">
          <input type="checkbox" checked={open_ticket} onChange={(event) => { onChange({ open_ticket: event.target.checked }); }} />
          {say("openTicket")}
        </label>
      </div>
      <div className="filter-row">
        {open_ticket && (
          <Field label={say("category")} hint={say("categoryHint")} wrong={wrong("category")}>
            {(given) => <input {...given} className="input" maxLength={100} value={category} onChange={(event) => { onChange({ category: event.target.value }); }} />}
          </Field>
        )}
        <Field label={say("priority")} wrong={wrong("priority")}>
          {(given) => (
            <select {...given} className="input" value={priority} onChange={(event) => { onChange({ priority: event.target.value as Urgency }); }}>
              <option value="URGENCY_UNSPECIFIED">{say("asItIs")}</option>
              {URGENCIES.map((each) => <option key={each} value={each}>{term(each)}</option>)}
            </select>
          )}
        </Field>
        <TeamField label={say("team")} wrong={wrong("team_id")} id={team_id} onChange={(id) => { onChange({ team_id: id }); }} />
      </div>
      <WordsField label={say("tags")} hint={parts("commas")} wrong={wrong("tags")} words={tags} onChange={(words) => { onChange({ tags: words }); }} />
      <WordsField label={say("skills")} hint={parts("commas")} wrong={wrong("required_skills")} words={required_skills} onChange={(words) => { onChange({ required_skills: words }); }} />
    </fieldset>
  );
}
