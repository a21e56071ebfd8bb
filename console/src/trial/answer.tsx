import { Link } from "@tanstack/react-router";
import type { paths } from "../api/gen/schema";
import { usePercent } from "../conversation/why";
import { Badge, Notice } from "../design/controls";
import { useIntents } from "../words/intents";
import { useCodes, useTerms } from "../words/terms";
import { useLanguageName, useWords } from "../words/words";
import "../conversation/conversation.css";
import { trialWords } from "./words";

export type Answered = paths["/api/v1/test/test"]["post"]["responses"]["200"]["content"]["application/json"];

/** What came back: words, labels, and each step's share of the time. */
export function Answer({ answer, failure }: { answer: Answered | undefined; failure: string | undefined }) {
  const say = useWords(trialWords);
  if (failure !== undefined) return <Notice tone="bad">{say("failed", { why: failure })}</Notice>;
  if (!answer) return <p className="quiet">{say("waiting")}</p>;
  const { reply, conversation_id: id = "" } = answer;
  return (
    <div className="utterance bot">
      <div className="meta">
        <strong>{say("machine")}</strong>
        <Labels answer={answer} />
      </div>
      <p dir="auto">{reply?.text ?? say("silence")}</p>
      <Timings timings={answer.timings_ms ?? {}} />
      <Link to="/conversations/$conversationId" params={{ conversationId: id }}>
        {say("open")}
      </Link>
    </div>
  );
}

function Labels({ answer }: { answer: Answered }) {
  const say = useWords(trialWords);
  const term = useTerms();
  const called = useIntents();
  const percent = usePercent();
  const { classification, handover, reply, ticket } = answer;
  const language = useLanguageName(classification?.language);
  return (
    <>
      {reply?.tier && <Badge tone="info">{[term(`TIER_${reply.tier.toUpperCase()}`), reply.confidence ? percent(reply.confidence) : ""].filter(Boolean).join(" · ")}</Badge>}
      {classification?.intent && <Badge>{`${called(classification.intent)} ${percent(classification.confidence)}`}</Badge>}
      {classification?.urgency && <Badge>{term(`URGENCY_${classification.urgency.toUpperCase()}`)}</Badge>}
      {classification?.language && <Badge>{language}</Badge>}
      {handover && <Badge tone="warn">{say("handedOver")}</Badge>}
      {ticket && <Badge>{say("ticket", { number: String(ticket["number"]) })}</Badge>}
    </>
  );
}

function Timings({ timings }: { timings: Record<string, number> }) {
  const say = useWords(trialWords);
  const hop = useCodes(trialWords);
  const { total = 0, ...steps } = timings;
  const known = Object.values(steps).reduce((sum, each) => sum + each, 0);
  const hops = [...Object.entries(steps), ["other", Math.max(0, total - known)] as const];
  return (
    <details open>
      <summary>{`${say("hops")}: ${total} ms`}</summary>
      <table className="timings">
        <thead className="visually-hidden">
          <tr>
            <th>{say("hop")}</th>
            <th>{say("milliseconds")}</th>
          </tr>
        </thead>
        <tbody>
          {hops.map(([name, milliseconds]) => (
            <tr key={name}>
              <th scope="row">{hop(name)}</th>
              <td className="number">{`${milliseconds} ms`}</td>
              <td aria-hidden="true">
                <span className="share" style={{ inlineSize: `${total ? Math.min(100, (milliseconds / total) * 100) : 0}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
