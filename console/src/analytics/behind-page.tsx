import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useAgents, useTeams } from "../agents/agents";
import { Listing } from "../design/listing";
import { useNumbers } from "../design/numbers";
import { Moment } from "../design/times";
import { useCaller } from "../session/session";
import { useCodes, useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { member } from "./drill";
import { behind, BEHIND, type Behind, type Drilled } from "./exported";
import { exportQuery } from "./queries";
import { analyticsWords } from "./words";

/** What is told of each, where it is not the figure itself. */
const TOLD: Partial<Record<Drilled, keyof (typeof analyticsWords)["en"]>> = { agent: "firstResponse", personResponse: "answers", sla: "broken", team: "firstResponse" };

// The rest is in the exported file.
const MOST_ROWS = 200;

/** The conversations that a figure counts, the most striking first. */
export default function BehindPage() {
  const say = useWords(analyticsWords);
  const { days, figure = "firstResponse", of = "" } = useSearch({ from: "/analytics/behind" });
  const { tenant } = useCaller();
  const list = useQuery(exportQuery(tenant, days));
  const found = behind(list.data ?? [], figure, of);
  const part = usePart(figure, of);
  return (
    <div className="page">
      <header>
        <h1>{[say(figure), part].filter(Boolean).join(": ")}</h1>
        <Link to="/analytics" search={{ days }} className="button">{say("title")}</Link>
      </header>
      <p className="quiet">{say("behind", { shown: Math.min(found.length, MOST_ROWS), all: found.length })}</p>
      <Listing list={list} isEmpty={found.length === 0} empty={say("nothing")}>
        <Rows figure={figure} rows={found.slice(0, MOST_ROWS)} />
      </Listing>
    </div>
  );
}

function Rows({ figure, rows }: { figure: Drilled; rows: ReturnType<typeof behind> }) {
  const say = useWords(analyticsWords);
  const term = useTerms();
  const numbers = useNumbers();
  const { unit }: Behind = BEHIND[figure];
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{say("openedAt")}</th>
          <th scope="col">{say("channels")}</th>
          {unit && <th scope="col" className="number">{say(TOLD[figure] ?? figure)}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row: { channel, id, opened }, value }) => (
          <tr key={id}>
            <th scope="row">
              <Link to="/conversations/$conversationId" params={{ conversationId: id }}><Moment time={opened} /></Link>
            </th>
            <td>{term(member("CHANNEL_KIND", channel))}</td>
            {unit && <td className="number">{numbers[unit](value)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Which tier, outcome, agent or team is meant, by its name. */
function usePart(figure: Drilled, of: string): string {
  const outcome = useCodes(analyticsWords);
  const term = useTerms();
  const people = useAgents();
  const teams = useTeams();
  if (figure === "tier") return term(member("TIER", of));
  if (figure === "outcome") return outcome(of);
  return [...people, ...teams].find(({ id }) => id === of)?.name ?? "";
}
