import type { Report } from "../api/names";
import { useWords } from "../words/words";
import { confusionTable } from "./confusion-table";
import { intentWords } from "./words";

const MOST = 12;

/** A table that is a picture: the darker, the more often; off the diagonal is what goes wrong. */
export function Confusions({ report }: { report: Report }) {
  const say = useWords(intentWords);
  const { names, rows } = confusionTable(report, MOST);
  return (
    <section className="card stack">
      <h3>{say("confusion")}</h3>
      <p className="quiet">{names.length ? say("confusionHint") : say("noConfusion")}</p>
      {names.length > 0 && (
        <div className="scrolling" tabIndex={0} role="region" aria-label={say("confusion")}>
          <table className="confusion">
            <thead>
              <tr>
                <td />
                {names.map((name) => <th key={name} scope="col"><span>{name}</span></th>)}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ meant, cells }, row) => (
                <tr key={meant}>
                  <th scope="row">{meant}</th>
                  {cells.map(({ times, shade }, column) => (
                    <td key={names[column]} className={`shade-${shade} ${row === column ? "right" : "wrong"}`} title={say("heardAs", { meant, heard: names[column] ?? "", times })}>
                      {times || ""}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
