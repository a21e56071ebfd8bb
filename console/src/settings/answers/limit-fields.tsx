import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { NumberField } from "./number-field";
import type { PolicyPartProps } from "./page";
import { answerWords } from "./words";

const DEBOUNCE = 1200;
const DEBOUNCE_MOST = 4000;
const REOPEN_HOURS = 168;
const MICROS = 1_000_000;

/** How long is waited, how much may be spent. */
export function LimitFields({ draft, wrong, onChange }: PolicyPartProps) {
  const say = useWords(answerWords);
  const { day_tokens_most: tokens, debounce_milliseconds: quiet, debounce_most_milliseconds: most, month_cost_most_micros: cost, reopen_hours: reopen, time_zone: zone = "" } = draft;
  return (
    <fieldset>
      <legend>{say("limits")}</legend>
      <div className="filter-row">
        <NumberField label={say("debounce")} wrong={wrong("debounce_milliseconds")} standard={DEBOUNCE} most={4000} value={quiet} onChange={(value) => { onChange({ debounce_milliseconds: value }); }} />
        <NumberField label={say("debounceMost")} wrong={wrong("debounce_most_milliseconds")} standard={DEBOUNCE_MOST} most={10_000} value={most} onChange={(value) => { onChange({ debounce_most_milliseconds: value }); }} />
        <NumberField label={say("reopen")} wrong={wrong("reopen_hours")} standard={REOPEN_HOURS} most={720} value={reopen} onChange={(value) => { onChange({ reopen_hours: value }); }} />
        <NumberField label={say("tokens")} hint={say("noLimit")} wrong={wrong("day_tokens_most")} value={Number(tokens) || undefined} onChange={(value = 0) => { onChange({ day_tokens_most: String(value) }); }} />
        <NumberField label={say("cost")} hint={say("noLimit")} wrong={wrong("month_cost_most_micros")} step={0.01} value={Number(cost) / MICROS || undefined} onChange={(value = 0) => { onChange({ month_cost_most_micros: String(Math.round(value * MICROS)) }); }} />
        <Field label={say("zone")} hint={say("zoneHint")} wrong={wrong("time_zone")}>
          {(given) => <input {...given} className="input" maxLength={64} value={zone} onChange={(event) => { onChange({ time_zone: event.target.value }); }} />}
        </Field>
      </div>
    </fieldset>
  );
}
