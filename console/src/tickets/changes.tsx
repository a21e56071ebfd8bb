import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { readable } from "../words/terms";
import { useWords } from "../words/words";
import { useTicketChanges } from "./queries";
import { ticketWords } from "./words";

/** Who changed what, newest first. */
export function Changes({ ticketId }: { ticketId: string }) {
  const say = useWords(ticketWords);
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
                  {readable(action)}
                  {Object.entries(after).map(([name, value]) => (
                    <div key={name} className="quiet">{`${name}: ${before[name] ? `${before[name]} → ` : ""}${value}`}</div>
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
