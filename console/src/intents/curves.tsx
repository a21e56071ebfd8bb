/** Two pictures of how far a confidence can be trusted. With their library they are fetched when the report is there. */
import { useMemo, useRef } from "react";
import type { Report } from "../api/names";
import { useNumbers, type Numbers } from "../design/numbers";
import { usePlot, type Picture } from "../design/plot";
import { useWords } from "../words/words";
import { intentWords } from "./words";

type Bins = NonNullable<Report["calibration"]>;
type Covered = NonNullable<Report["coverage"]>;
type Percent = Numbers["percent"];

export default function Curves({ calibration, coverage }: { calibration: Bins; coverage: Covered }) {
  return (
    <div className="curves">
      <Calibration bins={calibration} />
      <Coverage covered={coverage} />
    </div>
  );
}

function Calibration({ bins }: { bins: Bins }) {
  const say = useWords(intentWords);
  const { count, percent } = useNumbers();
  const rows = useMemo(() => bins.filter(({ answers = 0 }) => answers > 0), [bins]);
  const picture = useMemo(() => calibrated(rows, percent), [rows, percent]);
  return (
    <Curve
      title={say("calibration")}
      hint={say("calibrationHint")}
      marks={[say("right"), say("ideal")]}
      heads={[say("confidence"), say("right"), say("answers")]}
      rows={rows.map(({ accuracy = 0, answers = 0, confidence = 0 }) => [percent(confidence), percent(accuracy), count(answers)])}
      picture={picture}
    />
  );
}

function Coverage({ covered }: { covered: Covered }) {
  const say = useWords(intentWords);
  const { percent } = useNumbers();
  const rows = useMemo(() => [...covered].sort((one, other) => (one.coverage ?? 0) - (other.coverage ?? 0)), [covered]);
  const picture = useMemo(() => coveredBy(rows, percent), [rows, percent]);
  return (
    <Curve
      title={say("coverage")}
      hint={say("coverageHint")}
      marks={[say("right")]}
      heads={[say("answered"), say("right")]}
      rows={rows.map(({ accuracy = 0, coverage = 0 }) => [percent(coverage), percent(accuracy)])}
      picture={picture}
    />
  );
}

interface CurveProps {
  title: string;
  hint: string;
  marks: string[];
  heads: string[];
  rows: string[][];
  picture: Picture;
}

function Curve({ title, hint, marks, heads, rows, picture }: CurveProps) {
  const say = useWords(intentWords);
  const legend = useRef<HTMLUListElement>(null);
  const place = useRef<HTMLDivElement>(null);
  usePlot(place, legend, picture);
  return (
    <section className="card stack">
      <h3>{title}</h3>
      <p className="quiet">{hint}</p>
      <ul className="legend" ref={legend}>
        {marks.map((mark, index) => <li key={mark} className={`series-${index}`}>{mark}</li>)}
      </ul>
      <div ref={place} role="img" aria-label={`${title}: ${hint}`} className="chart" />
      <details>
        <summary>{say("asTable")}</summary>
        <table className="table">
          <thead>
            <tr>{heads.map((head) => <th key={head} scope="col" className="number">{head}</th>)}</tr>
          </thead>
          <tbody>
            {rows.map((row) => <tr key={row.join()}>{row.map((cell, column) => <td key={heads[column]} className="number">{cell}</td>)}</tr>)}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** Beside the diagonal, on which each confidence keeps its word. */
function calibrated(bins: Bins, percent: Percent): Picture {
  const confidences = bins.map(({ confidence = 0 }) => confidence);
  const times = [0, ...confidences, 1];
  const edge: (number | null)[] = [null];
  return ({ axis, mark }) => ({
    options: {
      scales: { x: { time: false, range: [0, 1] }, y: { range: [0, 1] } },
      axes: [{ ...axis, values: shares(percent) }, { ...axis, values: shares(percent) }],
      series: [
        {},
        { stroke: mark(0), width: 2, points: { show: true, size: 7, fill: mark(0) } },
        { stroke: mark(1), width: 1, dash: [4, 4], points: { show: false } },
      ],
    },
    data: [times, [...edge, ...bins.map(({ accuracy = 0 }) => accuracy), ...edge], times],
  });
}

function coveredBy(covered: Covered, percent: Percent): Picture {
  const least = Math.min(...covered.map(({ accuracy = 0 }) => accuracy), 1);
  return ({ axis, mark }) => ({
    options: {
      scales: { x: { time: false }, y: { range: [Math.max(0, least - 0.05), 1] } },
      axes: [{ ...axis, values: shares(percent) }, { ...axis, values: shares(percent) }],
      series: [{}, { stroke: mark(0), width: 2, points: { show: true, size: 7, fill: mark(0) } }],
    },
    data: [covered.map(({ coverage = 0 }) => coverage), covered.map(({ accuracy = 0 }) => accuracy)],
  });
}

function shares(percent: Percent): (_: unknown, splits: number[]) => string[] {
  return (_, splits) => splits.map(percent);
}
