import type { Holiday } from "../../api/names";
import { Button, Field } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Frames } from "./frames";
import { hoursWords } from "./words";

interface HolidaysProps {
  holidays: Holiday[];
  wrong: string | undefined;
  onChange: (holidays: Holiday[]) => void;
}

/** Dates that are not like their weekday. */
export function Holidays({ holidays, wrong, onChange }: HolidaysProps) {
  const say = useWords(hoursWords);
  const put = (place: number, part: Holiday) => { onChange(holidays.map((holiday, each) => (each === place ? { ...holiday, ...part } : holiday))); };
  return (
    <fieldset>
      <legend>{say("holidays")}</legend>
      <ul className="stack">
        {holidays.map((holiday, place) => (
          <li key={place}>
            <HolidayFields holiday={holiday} onChange={(part) => { put(place, part); }} onRemove={() => { onChange(holidays.filter((_, each) => each !== place)); }} />
          </li>
        ))}
      </ul>
      {wrong && <span className="wrong">{wrong}</span>}
      <div><Button small onClick={() => { onChange([...holidays, { date: "", yearly: false }]); }}>{say("addHoliday")}</Button></div>
    </fieldset>
  );
}

interface HolidayFieldsProps {
  holiday: Holiday;
  onChange: (part: Holiday) => void;
  onRemove: () => void;
}

function HolidayFields({ holiday: { date = "", frames = [], name = "", yearly = false }, onChange, onRemove }: HolidayFieldsProps) {
  const say = useWords(hoursWords);
  const common = useWords(commonWords);
  return (
    <div className="filter-row holiday">
      <Field label={say("date")}>
        {(given) => <input {...given} type="date" className="input" required value={date} onChange={(event) => { onChange({ date: event.target.value }); }} />}
      </Field>
      <Field label={common("name")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={100} value={name} onChange={(event) => { onChange({ name: event.target.value }); }} />}
      </Field>
      <label className="choice">
        <input type="checkbox" checked={yearly} onChange={(event) => { onChange({ yearly: event.target.checked }); }} />
        {say("yearly")}
      </label>
      <Frames of={name || date || say("holiday")} frames={frames} onChange={(next) => { onChange({ frames: next }); }} />
      <Button small look="danger" onClick={onRemove} aria-label={`${common("remove")}: ${name || date}`}>{common("remove")}</Button>
    </div>
  );
}
