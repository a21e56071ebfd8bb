import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { dashboardQuery } from "../analytics/queries";
import { Empty } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { useCaller } from "../session/session";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { statusWords } from "./words";

const TODAY = 1;

/** What waits, how long already, and what was promised. */
export function Queues() {
  const say = useWords(statusWords);
  const common = useWords(commonWords);
  const { count, duration } = useNumbers();
  const { tenant } = useCaller();
  const { data } = useQuery(dashboardQuery(tenant, TODAY));
  if (!data) return <Empty>{common("loading")}</Empty>;
  const { sla, unanswered } = data;
  return (
    <section className="card">
      <h2>{say("queues")}</h2>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("queue")}</th>
            <th scope="col" className="number">{say("howMany")}</th>
            <th scope="col" className="number">{say("oldest")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row"><Link to="/inbox" search={{ status: "STATUS_OPEN" }}>{say("waiting")}</Link></th>
            <td className="number">{count(unanswered?.count ?? 0)}</td>
            <td className="number">{duration(unanswered?.oldest_seconds)}</td>
          </tr>
          {([["atRisk", sla?.at_risk], ["breached", sla?.breached]] as const).map(([word, figure]) => (
            <tr key={word}>
              <th scope="row"><Link to="/tickets" search={{ status: "STATUS_OPEN" }}>{say(word)}</Link></th>
              <td className="number">{count(figure ?? 0)}</td>
              <td className="number">–</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
