import { URGENCIES } from "../../inbox/filters";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { TeamField } from "../people-fields";
import { NumberField } from "./number-field";
import type { PolicyPartProps } from "./page";
import { answerWords } from "./words";

const TURN_LIMIT = 8;
const OLDEST_MINUTES = 30;
const CONFIDENCE = 0.4;
const FIRST_RESPONSE_MINUTES = [480, 240, 60, 15];
// The contract counts from low to critical.
const RISING = [...URGENCIES].reverse();

/** When a person is asked, who, and by when. */
export function HandoverFields({ draft, wrong, onChange }: PolicyPartProps) {
  const say = useWords(answerWords);
  const { ask_for_rating: asksForRating = false, confidence_threshold: confidence, default_team_id: team = "", evidence_threshold: evidence, model_labels: hasModelLabels = false, oldest_answered_minutes: oldest, turn_limit: limit } = draft;
  return (
    <fieldset>
      <legend>{say("handover")}</legend>
      <div className="filter-row">
        <NumberField label={say("turnLimit")} wrong={wrong("turn_limit")} standard={TURN_LIMIT} most={100} value={limit || undefined} onChange={(value = 0) => { onChange({ turn_limit: value }); }} />
        <NumberField label={say("oldest")} wrong={wrong("oldest_answered_minutes")} standard={OLDEST_MINUTES} most={1440} value={oldest || undefined} onChange={(value = 0) => { onChange({ oldest_answered_minutes: value }); }} />
        <NumberField label={say("evidence")} hint={say("evidenceHint")} wrong={wrong("evidence_threshold")} most={1} step={0.01} value={rounded(evidence)} onChange={(value = 0) => { onChange({ evidence_threshold: value }); }} />
        <NumberField label={say("confidence")} wrong={wrong("confidence_threshold")} standard={CONFIDENCE} most={1} step={0.01} value={rounded(confidence)} onChange={(value = 0) => { onChange({ confidence_threshold: value }); }} />
        <TeamField label={say("defaultTeam")} hint={say("defaultTeamHint")} wrong={wrong("default_team_id")} id={team} onChange={(id) => { onChange({ default_team_id: id }); }} />
      </div>
      <label className="choice">
        <input type="checkbox" checked={hasModelLabels} onChange={(event) => { onChange({ model_labels: event.target.checked }); }} />
        {say("modelLabels")}
      </label>
      <FirstResponse draft={draft} wrong={wrong} onChange={onChange} />
      <label className="choice">
        <input type="checkbox" checked={asksForRating} onChange={(event) => { onChange({ ask_for_rating: event.target.checked }); }} />
        {say("askForRating")}
      </label>
    </fieldset>
  );
}

/** Four or none: the first number that is given brings the others' defaults with it. */
function FirstResponse({ draft: { first_response_minutes: minutes = [] }, wrong, onChange }: PolicyPartProps) {
  const say = useWords(answerWords);
  const term = useTerms();
  const put = (place: number, value: number) => {
    const all = minutes.length ? minutes : FIRST_RESPONSE_MINUTES;
    onChange({ first_response_minutes: all.map((each, at) => (at === place ? value : each)) });
  };
  return (
    <fieldset>
      <legend>{say("firstResponse")}</legend>
      <div className="filter-row">
        {RISING.map((urgency, place) => (
          <NumberField key={urgency} label={term(urgency)} wrong={wrong("first_response_minutes")} standard={FIRST_RESPONSE_MINUTES[place] ?? 0} value={minutes[place]} onChange={(value) => { put(place, value ?? FIRST_RESPONSE_MINUTES[place] ?? 0); }} />
        ))}
      </div>
    </fieldset>
  );
}

/** 0.4 comes as a float: 0.4000000059. */
function rounded(value: number | undefined): number | undefined {
  return value ? Math.round(value * 1000) / 1000 : undefined;
}
