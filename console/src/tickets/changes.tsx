import { useAgents, useTeams } from "../agents/agents";
import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { useDeeds } from "../words/deeds";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { useTicketChanges } from "./queries";
import { ticketWords } from "./words";

/** Who changed what, newest first. */
export function Changes({ ticketId }: { ticketId: string }) {
  const say = useWords(ticketWords);
  const deed = useDeeds();
  const told = useTold();
  const list = useTicketChanges(ticketId);
  const changes = list.data?.pages.flatMap((page) => page.changes ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("changes")}</h2>
      <Listing list={list} isEmpty={changes.length === 0} empty={say("unchanged")}>
        <table className="table">
          <thead>
            <tr>{(["when", "who", "what"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}</tr>
          </thead>
          <tbody>
            {changes.map(({ action = "", actor = "", after = {}, before = {}, change_time: time }, place) => (
              <tr key={place}>
                <td className="quiet"><Ago time={time} /></td>
                <td className="actor">{actor}</td>
                <td>
                  {deed(action)}
                  {Object.entries(after).map(([name, value]) => (
                    <div key={name} className="quiet">{`${told.name(name)}: ${before[name] ? `${told.value(name, before[name])} → ` : ""}${told.value(name, value)}`}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </section>
  );
}

const NAMES = {
  assignee_id: "assignee", category: "category", custom_fields: "customFields", escalation: "escalated", priority: "priority", status: "status", subject: "subject", team_id: "team",
} as const;

/** The log keeps names and ids; people read words. */
function useTold() {
  const say = useWords(ticketWords);
  const term = useTerms();
  const called = [...useAgents(), ...useTeams()];
  return {
    name: (name: string) => (name in NAMES ? say(NAMES[name as keyof typeof NAMES]) : name),
    value: (name: string, value: string) => {
      if (name === "status" && `STATUS_${value.toUpperCase()}` in ticketWords.en) return say(`STATUS_${value.toUpperCase()}` as "STATUS_OPEN");
      if (name === "priority") return term(`URGENCY_${value.toUpperCase()}`);
      return called.find(({ id }) => id === value)?.name ?? value;
    },
  };
}
