import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Field, Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { examplesFrom, type FromFile } from "./examples-file";
import { putIntents } from "./queries";
import { intentWords } from "./words";

// Small enough that the bar moves; each is taken whole or not at all.
const AT_ONCE = 250;
const MOST_TROUBLES = 20;

interface Progress {
  done: number;
  all: number;
  added: number;
  failed: string;
}

/** A file of labelled examples. Nothing is imported while a row is wrong; twice is like once. */
export function Import() {
  const say = useWords(intentWords);
  const { tenant } = useCaller();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [troubles, setTroubles] = useState<FromFile["troubles"]>([]);
  const [progress, setProgress] = useState<Progress>();
  const isRunning = progress !== undefined && progress.done < progress.all && !progress.failed;
  async function run() {
    if (!file) return;
    const read = examplesFrom(file.name, await file.text());
    setTroubles(read.troubles);
    setProgress(undefined);
    if (read.troubles.length > 0) return;
    const all = read.examples.length;
    let [done, added] = [0, 0];
    try {
      while (done < all) {
        setProgress({ done, all, added, failed: "" });
        const some = read.examples.slice(done, done + AT_ONCE);
        added += (await putIntents(tenant, [], some)).examples_added ?? 0;
        done += some.length;
      }
      setProgress({ done, all, added, failed: "" });
    } catch (error) {
      setProgress({ done, all, added, failed: error instanceof Error ? error.message : "?" });
    }
    for (const name of ["intents", "examples"]) void queries.invalidateQueries({ queryKey: [name] });
  }
  return (
    <form className="card stack" aria-label={say("import")} onSubmit={(event) => { event.preventDefault(); void run(); }}>
      <div className="filter-row">
        <Field label={say("file")} hint={say("fileHint")}>
          {(given) => <input {...given} className="input" type="file" required accept=".csv,.tsv,.jsonl,text/csv,text/tab-separated-values" onChange={(event) => { setFile(event.target.files?.[0]); }} />}
        </Field>
        <Button type="submit" disabled={isRunning}>{say("import")}</Button>
      </div>
      {troubles.length > 0 && <Troubles troubles={troubles} />}
      {progress && <Bar progress={progress} />}
    </form>
  );
}

function Bar({ progress: { done, all, added, failed } }: { progress: Progress }) {
  const say = useWords(intentWords);
  const { count } = useNumbers();
  return (
    <Notice {...(failed && { tone: "bad" as const })}>
      <progress aria-label={say("import")} max={all} value={done} /> {say("imported", { done: count(done), all: count(all), added: count(added) })}
      {failed && <p>{failed}</p>}
    </Notice>
  );
}

function Troubles({ troubles }: { troubles: FromFile["troubles"] }) {
  const say = useWords(intentWords);
  return (
    <Notice tone="bad">
      <p>{say("notImported")}</p>
      <ul>
        {troubles.slice(0, MOST_TROUBLES).map(({ line, trouble }) => <li key={`${line} ${trouble}`}>{say("line", { line, trouble: say(trouble) })}</li>)}
      </ul>
      {troubles.length > MOST_TROUBLES && <p>{say("andMore", { count: troubles.length - MOST_TROUBLES })}</p>}
    </Notice>
  );
}
