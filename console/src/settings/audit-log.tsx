import { useState } from "react";
import { Button, Field } from "../design/controls";
import { Listing } from "../design/listing";
import { Moment } from "../design/times";
import { commonWords } from "../words/common";
import { useActors, useDeeds } from "../words/deeds";
import { useWords } from "../words/words";
import { useAuditLog } from "./queries";
import { settingsWords } from "./words";

/** Every change of what is set up, newest first. */
export function AuditLog() {
  const say = useWords(settingsWords);
  const common = useWords(commonWords);
  const deed = useDeeds();
  const who = useActors();
  const [words, setWords] = useState("");
  const [subject, search] = useState("");
  const list = useAuditLog(subject);
  const entries = list.data?.pages.flatMap((page) => page.entries ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("auditLog")}</h2>
      <form className="filter-row" role="search" aria-label={say("auditLog")} onSubmit={(event) => { event.preventDefault(); search(words.trim()); }}>
        <Field label={say("subject")}>
          {(given) => <input {...given} className="input" value={words} onChange={(event) => { setWords(event.target.value); }} />}
        </Field>
        <Button type="submit">{common("search")}</Button>
      </form>
      <Listing list={list} isEmpty={entries.length === 0}>
        <table className="table audit-log">
          <thead>
            <tr>{(["when", "who", "what", "subject", "detail"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}</tr>
          </thead>
          <tbody>
            {entries.map(({ action = "", actor, at, detail, subject: about }, place) => (
              <tr key={place}>
                <td className="quiet"><Moment time={at} /></td>
                <td>{who(actor ?? "")}</td>
                <td>{deed(action)}</td>
                <td>{about}</td>
                <td className="quiet">{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </section>
  );
}
