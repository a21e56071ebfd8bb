/** Times in the reader's zone and language, and clocks that count. */
import { useMemo, useSyncExternalStore } from "react";
import { useLanguage } from "../words/words";

const SECOND = 1000;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const watchers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for every clock on the screen. */
function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, SECOND);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time in milliseconds, new each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

/** How long ago; the whole date for who points at it. */
export function Ago({ time }: { time: string | undefined }) {
  const { language } = useLanguage();
  const current = useNow();
  const format = useMemo(() => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }), [language]);
  if (!time) return null;
  const seconds = Math.min(0, Math.round((Date.parse(time) - current) / SECOND));
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return (
    <time dateTime={time} title={new Date(time).toLocaleString(language)}>
      {format.format(Math.ceil(seconds / size), unit)}
    </time>
  );
}

export function Moment({ time }: { time: string | undefined }) {
  const { language } = useLanguage();
  if (!time) return null;
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const options: Intl.DateTimeFormatOptions = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return (
    <time dateTime={time} title={date.toLocaleString(language)}>
      {date.toLocaleString(language, options)}
    </time>
  );
}

/** `1:02:03`, with days before it as the language has them; negative once it is late. */
export function clockFace(milliseconds: number, language: string): string {
  // Late from the first moment after it was due.
  const seconds = Math.abs(Math.ceil(milliseconds / SECOND));
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const days = Math.floor(seconds / 86_400);
  const face = parts.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
  return `${milliseconds < 0 ? "−" : ""}${days ? `${daysIn(days, language)} ` : ""}${face}`;
}

function daysIn(days: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "narrow" }).format(days);
}
