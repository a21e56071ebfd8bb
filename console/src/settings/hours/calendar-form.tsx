import { useId, useState } from "react";
import type { Calendar } from "../../api/names";
import { Field } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useLanguage, useWords } from "../../words/words";
import { Form } from "../form";
import { Frames } from "./frames";
import { Holidays } from "./holidays";
import { framesOf, weekdayName, WEEKDAYS, withFrames } from "./hours";
import { useSaveCalendar } from "./queries";
import { hoursWords } from "./words";

/** A week, its exceptions, and where its clock hangs; without an id a new one. */
export function CalendarForm({ calendar, onClose }: { calendar: Calendar; onClose: () => void }) {
  const say = useWords(hoursWords);
  const common = useWords(commonWords);
  const { language } = useLanguage();
  const { submission, save } = useSaveCalendar();
  const [draft, setDraft] = useState<Calendar>({ time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...calendar });
  const set = (part: Calendar) => { setDraft({ ...draft, ...part }); };
  const { id, etag, name = "", time_zone = "", weekly = [], holidays = [] } = draft;
  async function submit() {
    if (await save({ ...(id && { id }), ...(etag && { etag }), name: name.trim(), time_zone, weekly, holidays })) onClose();
  }
  return (
    <Form label={say("calendar")} submission={submission} onSubmit={submit} onCancel={onClose}>
      <div className="filter-row">
        <Field label={common("name")} wrong={submission.wrong("calendar.name")}>
          {(given) => <input {...given} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { set({ name: event.target.value }); }} />}
        </Field>
        <ZoneField zone={time_zone} wrong={submission.wrong("calendar.time_zone")} onChange={(zone) => { set({ time_zone: zone }); }} />
      </div>
      <fieldset>
        <legend>{say("week")}</legend>
        <ul className="week">
          {WEEKDAYS.map((weekday) => (
            <li key={weekday}>
              <Frames of={weekdayName(weekday, language)} frames={framesOf(draft, weekday)} onChange={(frames) => { setDraft(withFrames(draft, weekday, frames)); }} />
            </li>
          ))}
        </ul>
        {submission.wrong("calendar.weekly") && <span className="wrong">{submission.wrong("calendar.weekly")}</span>}
      </fieldset>
      <Holidays holidays={holidays} wrong={submission.wrong("calendar.holidays")} onChange={(next) => { set({ holidays: next }); }} />
    </Form>
  );
}

function ZoneField({ zone, wrong, onChange }: { zone: string; wrong: string | undefined; onChange: (zone: string) => void }) {
  const say = useWords(hoursWords);
  const zones = useId();
  return (
    <Field label={say("zone")} hint={say("zoneHint")} wrong={wrong}>
      {(given) => (
        <>
          <input {...given} className="input" required maxLength={64} list={zones} value={zone} onChange={(event) => { onChange(event.target.value); }} />
          <datalist id={zones}>{Intl.supportedValuesOf("timeZone").map((each) => <option key={each} value={each} />)}</datalist>
        </>
      )}
    </Field>
  );
}
