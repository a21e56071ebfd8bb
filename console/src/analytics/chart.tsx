/** Counts over time. With its library it is fetched when the page is there already. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { Point } from "../api/names";
import { Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { usePlot, type Picture } from "../design/plot";
import { useCaller } from "../session/session";
import { useLanguage, useWords } from "../words/words";
import { opened } from "./drill";
import { seriesQuery } from "./queries";
import { analyticsWords } from "./words";

const SERIES = [
  ["conversations", "conversations"],
  ["messages_received", "received"],
  ["messages_sent", "sent"],
  ["resolved", "resolved"],
  ["handovers", "handovers"],
] as const;
const MOST_LABELS = 12;
const INCREMENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const HALF_A_DAY = 43_200_000;
const NO_POINTS: Point[] = [];

export default function Chart({ days }: { days: number }) {
  const say = useWords(analyticsWords);
  const { tenant } = useCaller();
  const { language } = useLanguage();
  const { data, error } = useQuery(seriesQuery(tenant, days));
  const points = data?.points ?? NO_POINTS;
  const legend = useRef<HTMLUListElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const picture = useMemo(() => (points.length ? pictureOf(points, language) : undefined), [points, language]);
  usePlot(place, legend, picture);
  if (error) return <Notice tone="bad">{say("failed", { why: error.message })}</Notice>;
  return (
    <>
      <ul className="legend" ref={legend}>
        {SERIES.map(([name, word], index) => (
          <li key={name} className={`series-${index}`}>{say(word)}</li>
        ))}
      </ul>
      <div ref={place} role="img" aria-label={say("chart")} className="chart" />
      <details>
        <summary>{say("asTable")}</summary>
        <PointTable points={points} />
      </details>
    </>
  );
}

function pictureOf(points: Point[], language: string): Picture {
  const told = timesIn(language, points, { hour: "numeric" }, { month: "short", day: "numeric" });
  const times = points.map(({ time }) => Date.parse(time ?? "") / 1000);
  const labelled = times.filter((_, place) => place % Math.ceil(times.length / MOST_LABELS) === 0);
  return ({ axis, mark }) => ({
    options: {
      scales: { y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
      axes: [{ ...axis, splits: () => labelled, values: (_, splits) => splits.map((each) => told(each * 1000)) }, { ...axis, incrs: INCREMENTS }],
      series: [{}, ...SERIES.map((_, place) => ({ stroke: mark(place), width: 2, points: { show: true, size: 5, fill: mark(place) } }))],
    },
    data: [times, ...SERIES.map(([name]) => points.map((point) => point[name] ?? 0))],
  });
}

function isHourly(points: Point[]): boolean {
  const [first, second] = points;
  return Date.parse(second?.time ?? "") - Date.parse(first?.time ?? "") < 86_000_000;
}

/** Hours in the reader's zone. A day is the tenant's: whichever zone it begins in, its middle lies on that date in UTC. */
function timesIn(language: string, points: Point[], hour: Intl.DateTimeFormatOptions, day: Intl.DateTimeFormatOptions): (time: number) => string {
  if (isHourly(points)) {
    const hours = new Intl.DateTimeFormat(language, hour);
    return (time) => hours.format(time);
  }
  const days = new Intl.DateTimeFormat(language, { ...day, timeZone: "UTC" });
  return (time) => days.format(time + HALF_A_DAY);
}

function PointTable({ points }: { points: Point[] }) {
  const say = useWords(analyticsWords);
  const { language } = useLanguage();
  const { count } = useNumbers();
  const told = timesIn(language, points, { timeStyle: "short" }, { dateStyle: "medium" });
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{say("time")}</th>
          {SERIES.map(([name, word]) => <th key={name} scope="col" className="number">{say(word)}</th>)}
        </tr>
      </thead>
      <tbody>
        {points.map((point, place) => (
          <tr key={point.time}>
            <th scope="row">{point.time && told(Date.parse(point.time))}</th>
            {SERIES.map(([name]) => (
              <td key={name} className="number">
                {name === "conversations" && point[name] ? <Link to="/inbox" search={opened({ from: point.time ?? "", to: points[place + 1]?.time ?? "" })}>{count(point[name])}</Link> : count(point[name] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
