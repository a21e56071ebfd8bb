/** Counts over time. With its library it is fetched when the page is there already. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../api/names";
import { Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { useCaller } from "../session/session";
import { useLanguage, useWords } from "../words/words";
import { seriesQuery } from "./queries";
import { analyticsWords } from "./words";

const SERIES = [
  ["conversations", "conversations"],
  ["messages_received", "received"],
  ["messages_sent", "sent"],
  ["resolved", "resolved"],
  ["handovers", "handovers"],
] as const;
const HEIGHT = 240;
const NO_POINTS: Point[] = [];

export default function Chart({ days }: { days: number }) {
  const say = useWords(analyticsWords);
  const { tenant } = useCaller();
  const { data, error } = useQuery(seriesQuery(tenant, days));
  const points = data?.points ?? NO_POINTS;
  const legend = useRef<HTMLUListElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useDrawn(place, legend, points);
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

/** Canvas knows no custom properties: its colours are those that the legend has at this moment. */
function useDrawn(place: React.RefObject<HTMLDivElement | null>, legend: React.RefObject<HTMLUListElement | null>, points: Point[]): void {
  const { language } = useLanguage();
  useEffect(() => {
    const element = place.current;
    if (!element || points.length === 0) return undefined;
    const ink = () => getComputedStyle(element).color;
    const line = () => getComputedStyle(element).borderBlockStartColor;
    const colour = (index: number) => () => {
      const entry = legend.current?.children[index];
      return entry ? getComputedStyle(entry, "::before").backgroundColor : ink();
    };
    const dates = new Intl.DateTimeFormat(language, isHourly(points) ? { hour: "numeric" } : { month: "short", day: "numeric" });
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const times = points.map(({ time }) => Date.parse(time ?? "") / 1000);
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
        axes: [{ ...axis, space: 64, values: (_, splits) => splits.map((each) => dates.format(each * 1000)) }, { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] }],
        series: [{}, ...SERIES.map((_, index) => ({ stroke: colour(index), width: 2, points: { show: true, size: 5, fill: colour(index) } }))],
      },
      [times, ...SERIES.map(([name]) => points.map((point) => point[name] ?? 0))],
      element,
    );
    const resize = new ResizeObserver(() => { plot.setSize({ width: element.clientWidth, height: HEIGHT }); });
    resize.observe(element);
    const redraw = () => { plot.redraw(false, true); };
    const darkness = matchMedia("(prefers-color-scheme: dark)");
    darkness.addEventListener("change", redraw);
    const appearance = new MutationObserver(redraw);
    appearance.observe(document.documentElement, { attributeFilter: ["style"] });
    return () => {
      resize.disconnect();
      appearance.disconnect();
      darkness.removeEventListener("change", redraw);
      plot.destroy();
    };
  }, [place, legend, points, language]);
}

function isHourly(points: Point[]): boolean {
  const [first, second] = points;
  return Date.parse(second?.time ?? "") - Date.parse(first?.time ?? "") < 86_000_000;
}

function PointTable({ points }: { points: Point[] }) {
  const say = useWords(analyticsWords);
  const { language } = useLanguage();
  const { count } = useNumbers();
  const dates = new Intl.DateTimeFormat(language, isHourly(points) ? { timeStyle: "short" } : { dateStyle: "medium" });
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{say("time")}</th>
          {SERIES.map(([name, word]) => <th key={name} scope="col" className="number">{say(word)}</th>)}
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.time}>
            <th scope="row">{point.time && dates.format(new Date(point.time))}</th>
            {SERIES.map(([name]) => <td key={name} className="number">{count(point[name] ?? 0)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
