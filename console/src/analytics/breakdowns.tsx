import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Dashboard } from "../api/names";
import { useNumbers } from "../design/numbers";
import { filtersFrom, type Filters } from "../inbox/filters";
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { useLanguageNames, useWords } from "../words/words";
import { member, opened } from "./drill";
import type { Behind as BehindSearch } from "./queries";
import { analyticsWords } from "./words";

interface Part {
  name: string;
  count: number;
  share: number;
  /** The inbox lists them, or only the export can tell which. */
  behind?: Filters;
  drilled?: BehindSearch;
}

/** Nobody could tell; the inbox has no such filter. */
const UNKNOWN = "unknown";

/** What the period is made of, the largest part first. */
export function Breakdowns({ dashboard, days }: { dashboard: Dashboard; days: number }) {
  const say = useWords(analyticsWords);
  const term = useTerms();
  const called = useIntents();
  const languages = useLanguageNames();
  const within = (filters: Record<string, unknown>) => ({ ...filtersFrom(filters), ...opened(dashboard) });
  const labelled = (labels: Dashboard["urgency"], prefix: string, filter: "urgency" | "sentiment") =>
    (labels ?? []).map(({ label, messages = 0, share = 0 }) => {
      const name = member(prefix, label);
      if (label === UNKNOWN) return { name: say("unknown"), count: messages, share };
      return { name: term(name), count: messages, share, behind: within({ [filter]: name }) };
    });
  return (
    <div className="breakdowns">
      <Breakdown
        title={say("channels")}
        counted={say("conversations")}
        parts={(dashboard.channels ?? []).map(({ channel, conversations = 0, share = 0 }) => {
          const name = member("CHANNEL_KIND", channel);
          return { name: term(name), count: conversations, share, behind: within({ channel: name }) };
        })}
      />
      <Breakdown
        title={say("tiers")}
        counted={say("replies")}
        parts={(dashboard.reply_tiers ?? []).map(({ tier, replies = 0, share = 0 }) => ({ name: term(member("TIER", tier)), count: replies, share, drilled: { days, figure: "tier", of: tier ?? "" } }))}
      />
      <Breakdown
        title={say("intents")}
        counted={say("messages")}
        parts={(dashboard.intents ?? []).map(({ intent = "", messages = 0, share = 0 }) => (intent === UNKNOWN ? { name: say("unknown"), count: messages, share } : { name: called(intent), count: messages, share, behind: within({ intent }) }))}
      />
      <Breakdown
        title={say("outcomes")}
        counted={say("conversations")}
        parts={(dashboard.outcomes ?? []).map(({ outcome = "", conversations = 0, share = 0 }) => ({
          name: outcome in analyticsWords.en ? say(outcome as keyof (typeof analyticsWords)["en"]) : outcome,
          count: conversations,
          share,
          drilled: { days, figure: "outcome", of: outcome },
        }))}
      />
      <Breakdown title={say("urgency")} counted={say("messages")} parts={labelled(dashboard.urgency, "URGENCY", "urgency")} />
      <Breakdown title={say("sentiment")} counted={say("messages")} parts={labelled(dashboard.sentiment, "SENTIMENT", "sentiment")} />
      <Breakdown
        title={say("languages")}
        counted={say("messages")}
        parts={(dashboard.languages ?? []).map(({ label = "", messages = 0, share = 0 }) => ({ name: languages(label), count: messages, share, behind: within({ language: label }) }))}
      />
    </div>
  );
}

function Breakdown({ title, counted, parts }: { title: string; counted: string; parts: Part[] }) {
  const say = useWords(analyticsWords);
  const { count, percent } = useNumbers();
  const shown = parts.filter((part) => part.count > 0);
  return (
    <section className="card">
      <h2>{title}</h2>
      {shown.length === 0 ? (
        <p className="quiet">{say("nothing")}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" className="number">{counted}</th>
              <th scope="col" className="number">{say("share")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((part) => (
              <tr key={part.name}>
                <th scope="row">{part.name}</th>
                <td className="number"><Counted part={part}>{count(part.count)}</Counted></td>
                <td className="number">
                  {percent(part.share)}
                  <meter className="share" min={0} max={1} value={part.share} aria-hidden />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Counted({ part: { behind, drilled }, children }: { part: Part; children: ReactNode }) {
  if (behind) return <Link to="/inbox" search={behind}>{children}</Link>;
  return drilled ? <Link to="/analytics/behind" search={drilled}>{children}</Link> : children;
}
