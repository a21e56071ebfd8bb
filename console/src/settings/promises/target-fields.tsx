import type { ClockKind } from "../../api/names";
import { Field } from "../../design/controls";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { useCalendars } from "../hours/queries";
import { LEVELS, type TargetDraft, type Unit, UNITS } from "./targets";
import { promiseWords } from "./words";

interface TargetFieldsProps {
  kind: ClockKind;
  draft: TargetDraft;
  onChange: (draft: TargetDraft) => void;
}

/** How long one kind of clock may run, by urgency. */
export function TargetFields({ kind, draft, onChange }: TargetFieldsProps) {
  const say = useWords(promiseWords);
  const term = useTerms();
  const calendars = useCalendars().data ?? [];
  const { unit, numbers, calendarId } = draft;
  return (
    <fieldset>
      <legend>{term(kind)}</legend>
      <div className="filter-row targets">
        {LEVELS.map(([level, urgency]) => (
          <Field key={level} label={term(urgency)}>
            {(given) => <input {...given} className="input" type="number" min={1} step="any" value={numbers[level]} onChange={(event) => { onChange({ ...draft, numbers: { ...numbers, [level]: event.target.value } }); }} />}
          </Field>
        ))}
        <Field label={say("unit")}>
          {(given) => (
            <select {...given} className="input" value={unit} onChange={(event) => { onChange({ ...draft, unit: event.target.value as Unit }); }}>
              {(Object.keys(UNITS) as Unit[]).map((each) => <option key={each} value={each}>{say(each)}</option>)}
            </select>
          )}
        </Field>
        <Field label={say("within")}>
          {(given) => (
            <select {...given} className="input" value={calendarId} onChange={(event) => { onChange({ ...draft, calendarId: event.target.value }); }}>
              <option value="">{say("aroundTheClock")}</option>
              {calendars.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </select>
          )}
        </Field>
      </div>
    </fieldset>
  );
}
