import { useState } from "react";
import { Badge, Button, Field, Notice } from "../design/controls";
import { useNumbers } from "../design/numbers";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { useLanguageNames, useWords } from "../words/words";
import { MeantSelect } from "./meant";
import { useExplained } from "./queries";
import { intentWords } from "./words";

/** Type what a customer might say; see how it is understood and why, and say what it means. */
export function Explain() {
  const say = useWords(intentWords);
  const [words, setWords] = useState("");
  const [text, explain] = useState("");
  return (
    <section className="card stack" aria-label={say("explain")}>
      <h2>{say("explain")}</h2>
      <form className="ask" onSubmit={(event) => { event.preventDefault(); explain(words.trim()); }}>
        <Field label={say("sentence")}>
          {(given) => <input {...given} className="input" dir="auto" required maxLength={4000} value={words} onChange={(event) => { setWords(event.target.value); }} />}
        </Field>
        <Button type="submit">{say("explainNow")}</Button>
      </form>
      {text && <Explained text={text} />}
    </section>
  );
}

function Explained({ text }: { text: string }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const called = useIntents();
  const languages = useLanguageNames();
  const { percent } = useNumbers();
  const mayCorrect = useMay("agent");
  const { data, error } = useExplained(text);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  if (!data) return <p className="quiet">{common("loading")}</p>;
  const { classification = {}, examples = [], intent = "", terms = [] } = data;
  const { alternatives = [], confidence, engine, language, out_of_scope: isOutside, sentiment, urgency } = classification;
  return (
    <div className="stack" aria-live="polite">
      <div className="row">
        <Badge tone={isOutside ? "warn" : "good"}>{isOutside ? say("outOfScope") : called(classification.intent) || say("outOfScope")}</Badge>
        <strong>{percent(confidence)}</strong>
        <span className="quiet">{[term(urgency), term(sentiment), languages(language), engine].filter(Boolean).join(" · ")}</span>
        {mayCorrect && <MeantSelect text={text} intent={classification.intent ?? ""} label={say("itMeans")} />}
      </div>
      <dl className="facts">
        <div><dt>{say("alsoThought")}</dt><dd>{alternatives.map((other) => `${called(other.intent)} ${percent(other.confidence ?? 0)}`).join(", ") || "–"}</dd></div>
        <div><dt>{say("spokeFor", { intent })}</dt><dd>{terms.map((each) => each.term).join(", ") || "–"}</dd></div>
      </dl>
      <h3>{say("near")}</h3>
      <ul className="stack">
        {examples.map(({ intent: name, similarity, text: example }) => (
          <li key={`${name ?? ""} ${example ?? ""}`}><span dir="auto">{example}</span> <span className="quiet">{`${name ?? ""} · ${percent(similarity ?? 0)}`}</span></li>
        ))}
      </ul>
    </div>
  );
}
