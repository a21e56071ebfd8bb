import { Button } from "../design/controls";
import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { useCodes } from "../words/terms";
import { useWords } from "../words/words";
import { useDeadLetters, useReplay } from "./queries";
import { statusWords } from "./words";

/** What came in and could not be read; once its cause is mended it is read again. */
export function DeadLetters() {
  const say = useWords(statusWords);
  const named = useCodes(statusWords);
  const list = useDeadLetters();
  const { replay, isChanging } = useReplay();
  const letters = list.data?.pages.flatMap((page) => page.dead_letters ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("deadLetters")}</h2>
      <Listing list={list} isEmpty={letters.length === 0} empty={say("noDeadLetters")}>
        <table className="table">
          <thead>
            <tr>
              {(["when", "reason", "replayed"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}
              <td />
            </tr>
          </thead>
          <tbody>
            {letters.map(({ create_time: time, id = "", reason, replay_result: result, replays = 0 }) => (
              <tr key={id}>
                <td className="quiet"><Ago time={time} /></td>
                <th scope="row">{named(reason)}</th>
                <td>{replays ? `${replays} × ${named(result)}` : "–"}</td>
                <td><Button small disabled={isChanging} onClick={() => void replay(id)}>{say("replay")}</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </section>
  );
}
