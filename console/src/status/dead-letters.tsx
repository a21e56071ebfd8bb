import { useState } from "react";
import { Button, Empty, Notice } from "../design/controls";
import { Listing } from "../design/listing";
import { Dialog } from "../design/overlays";
import { Ago } from "../design/times";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useDeadLetter, useDeadLetters, useReplay } from "./queries";
import { useReasons } from "./reasons";
import { statusWords } from "./words";

/** What came in and could not be read; once its cause is mended it is read again. */
export function DeadLetters() {
  const say = useWords(statusWords);
  const reason = useReasons();
  const list = useDeadLetters();
  const { replay, isChanging } = useReplay();
  const [shown, show] = useState("");
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
            {letters.map(({ create_time: time, id = "", reason: code, replay_result: result, replays = 0 }) => (
              <tr key={id}>
                <td className="quiet"><Ago time={time} /></td>
                <th scope="row">{reason(code)}</th>
                <td>{replays ? `${replays} × ${reason(result)}` : "–"}</td>
                <td className="row">
                  <Button small onClick={() => { show(id); }}>{say("show")}</Button>
                  <Button small disabled={isChanging} onClick={() => void replay(id)}>{say("replay")}</Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
      <Dialog open={shown !== ""} onClose={() => { show(""); }} title={say("bytes")} wide>
        {shown && <Bytes id={shown} />}
      </Dialog>
    </section>
  );
}

/** As text: what is no character is shown as a mark. */
function Bytes({ id }: { id: string }) {
  const common = useWords(commonWords);
  const { data, error } = useDeadLetter(id);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  if (data === undefined) return <Empty>{common("loading")}</Empty>;
  return <pre className="bytes" tabIndex={0}>{data}</pre>;
}
