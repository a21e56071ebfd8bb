/** Working hours as a form has them. */
import type { Calendar, TimeFrame, Weekday } from "../../api/names";

export const WEEKDAYS = [
  "WEEKDAY_MONDAY",
  "WEEKDAY_TUESDAY",
  "WEEKDAY_WEDNESDAY",
  "WEEKDAY_THURSDAY",
  "WEEKDAY_FRIDAY",
  "WEEKDAY_SATURDAY",
  "WEEKDAY_SUNDAY",
] as const satisfies Weekday[];

// Any Monday.
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MILLISECONDS = 86_400_000;
const MIDNIGHT = "24:00";

export function weekdayName(weekday: Weekday, language: string): string {
  const time = MONDAY + DAY_MILLISECONDS * WEEKDAYS.findIndex((each) => each === weekday);
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(time);
}

export function framesOf(calendar: Calendar, weekday: Weekday): TimeFrame[] {
  return calendar.weekly?.find((each) => each.weekday === weekday)?.frames ?? [];
}

/** Days without hours are left out. */
export function withFrames(calendar: Calendar, weekday: Weekday, frames: TimeFrame[]): Calendar {
  const weekly = WEEKDAYS.map((each) => ({ weekday: each, frames: each === weekday ? frames : framesOf(calendar, each) }));
  return { ...calendar, weekly: weekly.filter((each) => each.frames.length > 0) };
}

/** After the last one, or a usual day. */
export function nextFrame(frames: readonly TimeFrame[]): TimeFrame {
  const last = frames.at(-1)?.end;
  if (!last) return { start: "09:00", end: "17:00" };
  return last < "23:00" ? { start: plusAnHour(last), end: MIDNIGHT } : { start: "00:00", end: "01:00" };
}

function plusAnHour(time: string): string {
  const [hours = "0", minutes = "00"] = time.split(":");
  return `${String(Number(hours) + 1).padStart(2, "0")}:${minutes}`;
}

/** A browser's field for times ends at 23:59: midnight at the end of a day is shown as 00:00. */
export function asField(end: string | undefined): string {
  return end === MIDNIGHT ? "00:00" : (end ?? "");
}

export function fromField(end: string): string {
  return end === "00:00" ? MIDNIGHT : end;
}

export function spoken(frames: readonly TimeFrame[]): string {
  return frames.map(({ start = "", end = "" }) => `${start}–${end}`).join(", ");
}
