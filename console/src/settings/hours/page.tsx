import { useState } from "react";
import type { Calendar } from "../../api/names";
import { Button } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Dialog } from "../../design/overlays";
import { commonWords } from "../../words/common";
import { useLanguage, useWords } from "../../words/words";
import { CalendarForm } from "./calendar-form";
import { framesOf, spoken, weekdayName, WEEKDAYS } from "./hours";
import "./hours.css";
import { HouseCalendar } from "./house-calendar";
import { useCalendars } from "./queries";
import { hoursWords } from "./words";

/** When the desk is open: for promises, for rules, for figures. */
export default function Hours() {
  const say = useWords(hoursWords);
  const list = useCalendars();
  const [opened, open] = useState<Calendar>();
  const calendars = list.data ?? [];
  return (
    <>
      <section className="card stack">
        <div className="heading">
          <h2>{say("calendars")}</h2>
          <Button look="primary" onClick={() => { open({}); }}>{say("newCalendar")}</Button>
        </div>
        <Listing list={list} isEmpty={calendars.length === 0} empty={say("none")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{say("calendar")}</th>
                <th scope="col">{say("open")}</th>
                <th scope="col">{say("holidays")}</th>
                <td />
              </tr>
            </thead>
            <tbody>{calendars.map((calendar) => <CalendarRow key={calendar.id} calendar={calendar} edit={open} />)}</tbody>
          </table>
        </Listing>
      </section>
      <Dialog wide open={opened !== undefined} onClose={() => { open(undefined); }} title={opened?.name ?? say("newCalendar")}>
        {opened && <CalendarForm calendar={opened} onClose={() => { open(undefined); }} />}
      </Dialog>
      <HouseCalendar calendars={calendars} />
    </>
  );
}

function CalendarRow({ calendar, edit }: { calendar: Calendar; edit: (calendar: Calendar) => void }) {
  const common = useWords(commonWords);
  const { language } = useLanguage();
  const { holidays = [], name = "", time_zone: zone } = calendar;
  const days = WEEKDAYS.filter((weekday) => framesOf(calendar, weekday).length > 0);
  return (
    <tr>
      <th scope="row"><bdi>{name}</bdi><div className="quiet">{zone}</div></th>
      <td>
        {days.map((weekday) => <div key={weekday}>{`${weekdayName(weekday, language)} ${spoken(framesOf(calendar, weekday))}`}</div>)}
      </td>
      <td className="number">{holidays.length}</td>
      <td><Button small onClick={() => { edit(calendar); }} aria-label={`${common("edit")}: ${name}`}>{common("edit")}</Button></td>
    </tr>
  );
}
