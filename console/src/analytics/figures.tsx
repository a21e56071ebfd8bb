import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Dashboard, Headline } from "../api/names";
import { useNumbers, type Figure, type Numbers } from "../design/numbers";
import type { Filters } from "../inbox/filters";
import { useWords } from "../words/words";
import { opened } from "./drill";
import type { Drilled } from "./exported";
import { analyticsWords } from "./words";

interface FigureOf {
  word: keyof (typeof analyticsWords)["en"];
  read: (headline: Headline) => Figure;
  unit: keyof Numbers;
  /** Which of the period's conversations it counts, where the inbox can list them. */
  behind?: Filters;
  /** Where only the export can tell which. */
  drilled?: Drilled;
}

const FIGURES: FigureOf[] = [
  { word: "conversations", read: ({ conversations }) => conversations?.total ?? 0, unit: "count", behind: {} },
  { word: "open", read: ({ conversations }) => conversations?.open ?? 0, unit: "count", behind: { status: "STATUS_OPEN" } },
  { word: "resolved", read: ({ conversations }) => conversations?.resolved ?? 0, unit: "count", behind: { status: "STATUS_RESOLVED" } },
  { word: "received", read: ({ messages }) => messages?.received ?? 0, unit: "count", behind: {} },
  { word: "sent", drilled: "sent", read: ({ messages }) => messages?.sent ?? 0, unit: "count" },
  { word: "unanswered", read: ({ unanswered }) => unanswered?.count ?? 0, unit: "count", behind: { holder: "HOLDER_QUEUED" } },
  { word: "firstResponse", drilled: "firstResponse", read: ({ first_response_seconds: wait }) => wait?.p50, unit: "duration" },
  { word: "personResponse", drilled: "personResponse", read: ({ human_first_response_seconds: wait }) => wait?.p50, unit: "duration" },
  { word: "resolution", drilled: "resolution", read: ({ resolution_seconds: wait }) => wait?.p50, unit: "duration" },
  { word: "automation", drilled: "automation", read: ({ automation }) => automation?.automation_rate, unit: "percent" },
  { word: "handover", drilled: "handover", read: ({ automation }) => automation?.handover_rate, unit: "percent" },
  { word: "sla", drilled: "sla", read: ({ sla }) => shareOf(sla?.compliance_percent), unit: "percent" },
  { word: "satisfaction", drilled: "satisfaction", read: ({ satisfaction }) => satisfaction?.average, unit: "count" },
];

function shareOf(percent: Figure): Figure {
  return typeof percent === "number" ? percent / 100 : percent;
}

export function Figures({ dashboard, days }: { dashboard: Dashboard; days: number }) {
  const say = useWords(analyticsWords);
  const numbers = useNumbers();
  const { previous = {} } = dashboard;
  return (
    <dl className="figures">
      {FIGURES.map(({ word, read, unit, behind, drilled }) => (
        <div key={word} className="card">
          <dt>{say(word)}</dt>
          <dd className="number">
            <Behind dashboard={dashboard} days={days} filters={behind} drilled={drilled} figure={read(dashboard)}>{numbers[unit](read(dashboard))}</Behind>
          </dd>
          <dd className="quiet">{say("before", { figure: numbers[unit](read(previous)) })}</dd>
        </div>
      ))}
    </dl>
  );
}

interface BehindProps {
  dashboard: Dashboard;
  days: number;
  filters: Filters | undefined;
  drilled: Drilled | undefined;
  figure: Figure;
  children: ReactNode;
}

/** The number, and the way to the conversations it stands for; behind none there are none. */
function Behind({ dashboard, days, filters, drilled, figure, children }: BehindProps) {
  if (typeof figure !== "number") return children;
  if (drilled) return <Link to="/analytics/behind" search={{ days, figure: drilled }}>{children}</Link>;
  return <Link to="/inbox" search={{ ...filters, ...opened(dashboard) }}>{children}</Link>;
}
