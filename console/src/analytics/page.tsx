import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Empty, Notice } from "../design/controls";
import { DownloadButton } from "../design/download-button";
import { Moment } from "../design/times";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { AgentReport } from "./agent-report";
import "./analytics.css";
import { Breakdowns } from "./breakdowns";
import { Figures } from "./figures";
import { dashboardQuery, exportAddress, PERIODS } from "./queries";
import { analyticsWords } from "./words";

const Chart = lazy(() => import("./chart"));

/** How the desk is doing, beside the period before. */
export default function Analytics() {
  const say = useWords(analyticsWords);
  const { days } = useSearch({ from: "/analytics" });
  const { tenant } = useCaller();
  const { data: dashboard, error } = useQuery(dashboardQuery(tenant, days));
  return (
    <div className="page analytics">
      <header>
        <h1>{say("title")}</h1>
        <Periods />
        <DownloadButton small address={exportAddress(tenant, days)} fileName={`conversations-${tenant}-${days}.csv`}>{say("export")}</DownloadButton>
      </header>
      {error && <Notice tone="bad">{say("failed", { why: error.message })}</Notice>}
      {!dashboard && !error && <Empty>{say("loading")}</Empty>}
      {dashboard && (
        <>
          <p className="quiet">
            {say("asOf")} <Moment time={dashboard.generated_at} />. {say("drill")}
          </p>
          <Figures dashboard={dashboard} days={days} />
          <section className="card">
            <h2>{say("overTime")}</h2>
            <Suspense fallback={<Empty>{say("loading")}</Empty>}>
              <Chart days={days} />
            </Suspense>
          </section>
          <Breakdowns dashboard={dashboard} days={days} />
          <AgentReport days={days} />
        </>
      )}
    </div>
  );
}

function Periods() {
  const say = useWords(analyticsWords);
  return (
    <nav className="periods" aria-label={say("period")}>
      {PERIODS.map((days) => (
        <Link key={days} to="/analytics" search={{ days }} className="button small" activeProps={{ "aria-current": "page" }}>
          {say(days === 1 ? "today" : "days", { days })}
        </Link>
      ))}
    </nav>
  );
}
