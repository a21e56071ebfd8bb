import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Field, Notice } from "../design/controls";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { articleFrom } from "./from-file";
import { create } from "./queries";
import { knowledgeWords } from "./words";

interface Progress {
  done: number;
  all: number;
  failed: string[];
}

/** Text files become articles, one after the other; what fails is named and stops nothing. */
export function Import() {
  const say = useWords(knowledgeWords);
  const { tenant } = useCaller();
  const queries = useQueryClient();
  const [language, setLanguage] = useState("en");
  const [files, setFiles] = useState<File[]>([]);
  const [progress, setProgress] = useState<Progress>();
  const isRunning = progress !== undefined && progress.done < progress.all;
  async function run() {
    const failed: string[] = [];
    for (const [place, file] of files.entries()) {
      setProgress({ done: place, all: files.length, failed });
      try {
        await create(tenant, articleFrom(file.name, await file.text(), language));
      } catch (error) {
        failed.push(`${file.name}: ${error instanceof Error ? error.message : ""}`);
      }
    }
    setProgress({ done: files.length, all: files.length, failed });
    await queries.invalidateQueries({ queryKey: ["articles"] });
  }
  return (
    <form className="card stack" aria-label={say("import")} onSubmit={(event) => { event.preventDefault(); void run(); }}>
      <div className="filter-row">
        <Field label={say("files")} hint={say("filesHint")}>
          {(given) => <input {...given} className="input" type="file" multiple required accept=".md,.markdown,.txt,text/plain,text/markdown" onChange={(event) => { setFiles([...(event.target.files ?? [])]); }} />}
        </Field>
        <Field label={say("language")} hint={say("languageHint")}>
          {(given) => <input {...given} className="input" required pattern="[a-z]{2}" maxLength={2} value={language} onChange={(event) => { setLanguage(event.target.value); }} />}
        </Field>
        <Button type="submit" disabled={isRunning}>{say("import")}</Button>
      </div>
      {progress && (
        <Notice {...(progress.failed.length > 0 && { tone: "warn" as const })}>
          <progress aria-label={say("import")} max={progress.all} value={progress.done} /> {say("imported", { done: progress.done - progress.failed.length, all: progress.all })}
          {progress.failed.map((each) => <p key={each}>{each}</p>)}
        </Notice>
      )}
    </form>
  );
}
