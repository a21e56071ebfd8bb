import { lazy, Suspense } from "react";
import type { Report as ReportOfModel } from "../api/names";
import { Empty, Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { Confusions } from "./confusions";
import { useModel } from "./queries";
import { intentWords } from "./words";

const Curves = lazy(() => import("./curves"));

/** What examples that the model did not learn say of it. */
export function Report({ version }: { version: number }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const { data: model, error } = useModel(version);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  return (
    <section className="stack report" aria-label={say("report", { version })}>
      <h2>{say("report", { version })}</h2>
      {!model && <Empty>{common("loading")}</Empty>}
      {model?.report && !model.report.questions && <Notice>{say("noQuestions")}</Notice>}
      {model?.report?.questions ? <Told report={model.report} /> : null}
    </section>
  );
}

function Told({ report }: { report: ReportOfModel }) {
  const common = useWords(commonWords);
  const { calibration = [], coverage = [] } = report;
  return (
    <>
      <Headline report={report} />
      <Suspense fallback={<Empty>{common("loading")}</Empty>}>
        <Curves calibration={calibration} coverage={coverage} />
      </Suspense>
      <Confusions report={report} />
      <PerIntent report={report} />
    </>
  );
}

function Headline({ report }: { report: ReportOfModel }) {
  const say = useWords(intentWords);
  const { count, percent } = useNumbers();
  const figures = [
    ["questions", count(report.questions)],
    ["accuracy", percent(report.accuracy)],
    ["calibrationError", percent(report.calibration_error)],
    ["turnedAway", percent(report.in_scope_turned_away)],
    ["outside", percent(report.out_of_scope_questions ? report.out_of_scope_recall : undefined)],
  ] as const;
  return (
    <dl className="headline">
      {figures.map(([word, figure]) => (
        <div key={word} className="card">
          <dt>{say(word)}</dt>
          <dd className="number">{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The worst heard first: there is the most to gain. */
function PerIntent({ report }: { report: ReportOfModel }) {
  const say = useWords(intentWords);
  const { count, percent } = useNumbers();
  const rows = [...(report.intents ?? [])].sort((one, other) => (one.recall ?? 0) - (other.recall ?? 0));
  return (
    <details>
      <summary>{say("perIntent")}</summary>
      <div className="scrolling">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("intent")}</th>
              {(["questions", "precision", "recall"] as const).map((word) => <th key={word} scope="col" className="number">{say(word)}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ intent, precision, questions = 0, recall }) => (
              <tr key={intent}>
                <th scope="row">{intent}</th>
                <td className="number">{count(questions)}</td>
                <td className="number">{percent(precision ?? 0)}</td>
                <td className="number">{percent(recall ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
