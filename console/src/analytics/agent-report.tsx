import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useAgents, useTeams } from "../agents/agents";
import type { AgentFigures } from "../api/names";
import { useNumbers } from "../design/numbers";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { agentReportQuery, type Behind } from "./queries";
import { analyticsWords } from "./words";

/** What each person and team answered, and how fast. */
export function AgentReport({ days }: { days: number }) {
  const say = useWords(analyticsWords);
  const { tenant } = useCaller();
  const { data } = useQuery(agentReportQuery(tenant, days));
  const people = useAgents();
  const teams = useTeams();
  const called = (found: { id?: string; name?: string }[], id: string | undefined) => found.find((each) => each.id === id)?.name ?? say("nobody");
  return (
    <div className="breakdowns">
      <Report title={say("agents")} rows={data?.agents ?? []} name={({ agent_id: id }) => called(people, id)} behind={({ agent_id: id }) => id ? { days, figure: "agent", of: id } : undefined} />
      <Report title={say("teams")} rows={data?.teams ?? []} name={({ team_id: id }) => called(teams, id)} behind={({ team_id: id }) => id ? { days, figure: "team", of: id } : undefined} />
    </div>
  );
}

interface ReportProps {
  title: string;
  rows: AgentFigures[];
  name: (row: AgentFigures) => string;
  behind: (row: AgentFigures) => Behind | undefined;
}

function Report({ title, rows, name, behind }: ReportProps) {
  const say = useWords(analyticsWords);
  const { count, duration } = useNumbers();
  return (
    <section className="card">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{say("nothing")}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{title}</th>
              {(["answers", "conversations", "median", "satisfaction"] as const).map((word) => (
                <th key={word} scope="col" className="number">{say(word)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const search = behind(row);
              const figures = [count(row.answers ?? 0), count(row.conversations ?? 0), duration(row.response_seconds?.p50), count(row.satisfaction?.average)];
              return (
                <tr key={`${row.agent_id ?? ""}${row.team_id ?? ""}`}>
                  <th scope="row">{name(row)}</th>
                  {figures.map((figure, place) => (
                    <td key={place} className="number">{search && figure !== "–" ? <Link to="/analytics/behind" search={search}>{figure}</Link> : figure}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
