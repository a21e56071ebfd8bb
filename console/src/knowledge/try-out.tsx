import { useState } from "react";
import type { Outcome } from "../api/names";
import { Badge, Button, Field, Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { commonWords } from "../words/common";
import { useCauses } from "../words/causes";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { useAnswer } from "./queries";
import { knowledgeWords } from "./words";

/** Ask as a customer would, and see what would be answered and from what; nobody receives it. */
export function TryOut() {
  const say = useWords(knowledgeWords);
  const [words, setWords] = useState("");
  const [question, ask] = useState("");
  return (
    <section className="card stack">
      <h2>{say("tryOut")}</h2>
      <form className="ask" onSubmit={(event) => { event.preventDefault(); ask(words.trim()); }}>
        <Field label={say("question")}>
          {(given) => <input {...given} className="input" dir="auto" required maxLength={4096} value={words} onChange={(event) => { setWords(event.target.value); }} />}
        </Field>
        <Button type="submit">{say("ask")}</Button>
      </form>
      {question && <Answer question={question} />}
    </section>
  );
}

function Answer({ question }: { question: string }) {
  const say = useWords(knowledgeWords);
  const common = useWords(commonWords);
  const { percent } = useNumbers();
  const { passages, reply } = useAnswer(question);
  const error = passages.error ?? reply.error;
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  return (
    <div className="stack" aria-live="polite">
      {reply.isFetching && <p className="quiet">{common("loading")}</p>}
      {reply.data && <Reply outcome={reply.data} />}
      {passages.data && (
        <>
          <p><Badge tone={passages.data.answerable ? "good" : "warn"}>{say(passages.data.answerable ? "answerable" : "unanswerable")}</Badge></p>
          <ol className="stack">
            {passages.data.passages?.map(({ article_id: id, heading, score, text, title }, place) => (
              <li key={`${place} ${id ?? ""}`}>
                <strong dir="auto">{[title, heading].filter(Boolean).join(" › ")}</strong> <span className="quiet">{percent(score ?? 0)}</span>
                <p className="passage" dir="auto">{text}</p>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function Reply({ outcome }: { outcome: Outcome }) {
  const cause = useCauses();
  const term = useTerms();
  const { percent } = useNumbers();
  return (
    <blockquote className="reply">
      <p dir="auto">{outcome.text}</p>
      <p className="quiet">{[cause(outcome.kind), term(outcome.tier), percent(outcome.confidence ?? 0)].filter(Boolean).join(" · ")}</p>
    </blockquote>
  );
}
