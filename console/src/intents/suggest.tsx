import { useState } from "react";
import { Button, Empty, Field, Notice } from "../design/controls";
import { useUnansweredQuestions } from "../knowledge/queries";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useIntentCommands, useSuggestions } from "./queries";
import { intentWords } from "./words";

const MOST_TEXTS = 500;
const SHOWN_EXAMPLES = 5;

/** From texts that no intent covers to groups that might be one each. */
export function Suggest() {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const [words, setWords] = useState("");
  const { mutate: suggest, data: found, error, isPending } = useSuggestions();
  const questions = useUnansweredQuestions().data?.pages.flatMap((page) => page.questions ?? []) ?? [];
  const texts = words.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, MOST_TEXTS);
  return (
    <section className="card stack" aria-label={say("suggest")}>
      <h2>{say("suggest")}</h2>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); suggest(texts); }}>
        <Field label={say("texts")} hint={say("textsHint")}>
          {(given) => <textarea {...given} className="input" dir="auto" rows={4} required value={words} onChange={(event) => { setWords(event.target.value); }} />}
        </Field>
        <div className="row">
          <Button type="submit" disabled={isPending || texts.length === 0}>{say("suggestNow")}</Button>
          {questions.length > 0 && (
            <Button look="plain" onClick={() => { setWords(questions.map(({ question }) => question ?? "").join("\n")); }}>{say("takeUnanswered")}</Button>
          )}
        </div>
      </form>
      {error && <Notice tone="bad">{common("failed", { why: error.message })}</Notice>}
      {found?.length === 0 && <Empty>{say("noSuggestions")}</Empty>}
      {found?.map(({ name = "", texts: count = 0, examples = [] }) => <Suggestion key={name} name={name} texts={count} examples={examples} />)}
    </section>
  );
}

function Suggestion({ name, texts, examples }: { name: string; texts: number; examples: string[] }) {
  const say = useWords(intentWords);
  const mayWrite = useMay("admin");
  const { put, isChanging } = useIntentCommands();
  const [isMade, setIsMade] = useState(false);
  async function make() {
    if (await put([{ name }], examples.map((text) => ({ text, intent: name })))) setIsMade(true);
  }
  return (
    <article className="stack suggestion">
      <div className="row">
        <h3>{name}</h3> <span className="quiet">{say("textsCounted", { texts })}</span>
        {mayWrite && <Button small disabled={isChanging || isMade} onClick={() => void make()}>{say(isMade ? "isMade" : "makeIntent")}</Button>}
      </div>
      <ul>{examples.slice(0, SHOWN_EXAMPLES).map((example) => <li key={example} dir="auto">{example}</li>)}</ul>
    </article>
  );
}
