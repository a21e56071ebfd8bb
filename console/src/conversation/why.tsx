/** The machine's reasons, one click away. */
import { useState, type ReactNode } from "react";
import type { Classification, Outcome } from "../api/names";
import { Button } from "../design/controls";
import { Popover } from "../design/overlays";
import { MeantSelect } from "../intents/meant";
import { useMay } from "../session/session";
import { useCauses } from "../words/causes";
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { useLanguage, useLanguageName, useWords } from "../words/words";
import { useExplanation } from "./queries";
import { useUrgencyReasons } from "./urgency";
import { conversationWords } from "./words";

export function usePercent(): (share: number | undefined) => string {
  const { language } = useLanguage();
  const format = new Intl.NumberFormat(language, { style: "percent" });
  return (share) => format.format(share ?? 0);
}

/** Tier, model, confidence, sources and what was tried before. */
export function ReplyWhy({ outcome }: { outcome: Outcome }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const cause = useCauses();
  const percent = usePercent();
  const summary = [term(outcome.tier) || cause(outcome.kind), outcome.confidence ? percent(outcome.confidence) : ""].filter(Boolean).join(" · ");
  return (
    <Popover label={say("whyReply")} trigger={<Button small look="plain" className="why">{summary || say("why")}</Button>}>
      <h3>{say("whyReply")}</h3>
      <dl className="facts">
        <Fact name={say("model")}>{[term(outcome.tier), outcome.model].filter(Boolean).join(" · ")}</Fact>
        <Fact name={say("confidence")}>{percent(outcome.confidence)}</Fact>
        <Fact name={say("fallback")}>{cause(outcome.fallback_reason)}</Fact>
        <Fact name={say("cause")}>{term(outcome.handover_cause)}</Fact>
      </dl>
      <h3>{say("sources")}</h3>
      {outcome.sources?.length ? (
        <ul className="sources">
          {outcome.sources.map(({ article_id: id, title, url, score }) => (
            <li key={id}>
              {url?.startsWith("https://") ? <a href={url} target="_blank" rel="noreferrer">{title}</a> : title} <span className="quiet">{percent(score)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{say("noSources")}</p>
      )}
      {outcome.steps && outcome.steps.length > 0 && (
        <>
          <h3>{say("steps")}</h3>
          <ol className="sources">
            {outcome.steps.map(({ tier, reason, milliseconds }, place) => (
              <li key={place}>{`${term(tier)}: ${cause(reason) || say("answered")} (${milliseconds ?? 0} ms)`}</li>
            ))}
          </ol>
        </>
      )}
    </Popover>
  );
}

/** What was understood, how surely, and on request by which words. */
export function LabelsWhy({ classification, text }: { classification: Classification; text: string }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const percent = usePercent();
  const called = useIntents();
  const reason = useUrgencyReasons();
  const mayCorrect = useMay("agent");
  const { alternatives = [], confidence, confidences, intent, language, out_of_scope: isOutOfScope, sentiment, urgency, urgency_reasons: reasons = [] } = classification;
  const label = isOutOfScope ? say("outOfScope") : called(intent) || say("outOfScope");
  return (
    <Popover label={say("whyLabels")} trigger={<Button small look="plain" className="why">{`${label} ${percent(confidence)}`}</Button>}>
      <h3>{say("whyLabels")}</h3>
      <dl className="facts">
        <Fact name={say("understood")}>{`${label} (${percent(confidence)})`}</Fact>
        <Fact name={say("urgency")}>{`${term(urgency)} (${percent(confidences?.urgency)})`}</Fact>
        <Fact name={say("sentiment")}>{`${term(sentiment)} (${percent(confidences?.sentiment)})`}</Fact>
        <Fact name={say("language")}>{`${useLanguageName(language)} (${percent(confidences?.language)})`}</Fact>
        <Fact name={say("reasons")}>{reasons.map(reason).join(", ")}</Fact>
        <Fact name={say("alternatives")}>
          {alternatives.filter((other) => other.intent !== intent).map((other) => `${called(other.intent)} ${percent(other.confidence)}`).join(", ")}
        </Fact>
        <Fact name={say("engine")}>{classification.engine}</Fact>
      </dl>
      {mayCorrect && text && <MeantSelect text={text} intent={intent ?? ""} label={say("itMeans")} />}
      {intent && text && <Explanation text={text} intent={intent} />}
    </Popover>
  );
}

function Explanation({ text, intent }: { text: string; intent: string }) {
  const say = useWords(conversationWords);
  const percent = usePercent();
  const [isAsked, ask] = useState(false);
  const { data, error } = useExplanation(text, intent, isAsked);
  if (!isAsked) return <Button small onClick={() => { ask(true); }}>{say("explain")}</Button>;
  if (error) return <p>{error.message}</p>;
  if (!data) return <p className="quiet">…</p>;
  return (
    <>
      <h3>{say("words")}</h3>
      <p>{data.terms?.map(({ term }) => term).join(", ") || "–"}</p>
      <h3>{say("examples")}</h3>
      <ul className="sources">
        {data.examples?.map(({ text: example, intent: of, similarity }) => (
          <li key={example}>
            {example} <span className="quiet">{`${of ?? ""} ${percent(similarity)}`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
