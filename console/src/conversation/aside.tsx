import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAgents, useTeams } from "../agents/agents";
import type { Briefing, Clock, Conversation } from "../api/names";
import { Badge, Button } from "../design/controls";
import { Ago, Moment, useNow } from "../design/times";
import { HOLDER_TONES, URGENCY_TONES } from "../inbox/row";
import { useMay } from "../session/session";
import { Countdown } from "../tickets/sla-clock";
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { useLanguageName, useWords } from "../words/words";
import type { Commands } from "./commands";
import { Fact } from "./why";
import { conversationWords } from "./words";

const CLOCK_WORDS = { STATE_MET: "met", STATE_LATE: "late", STATE_RESTING: "resting", STATE_CANCELLED: "cancelled", STATE_RUNNING: "running" } as const;

/** What an agent needs first: cause, summary, promises, the customer's past. */
export function Aside({ briefing, commands }: { briefing: Briefing; commands: Commands }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const { cause, clocks = [], conversation = {}, earlier = [], summary } = briefing;
  const causeName = cause ? `HANDOVER_CAUSE_${cause.toUpperCase()}` : "";
  return (
    <aside className="briefing" aria-label={say("details")}>
      <State conversation={conversation} />
      <Tags conversation={conversation} commands={commands} />
      {cause && <Part title={say("cause")}>{term(causeName)}</Part>}
      {summary && <Part title={say("summary")}><p dir="auto">{summary}</p></Part>}
      <Part title={say("clocks")}>
        {clocks.length ? <ul className="stack">{clocks.map((clock) => <Promised key={clock.id} clock={clock} />)}</ul> : <p className="quiet">{say("noClocks")}</p>}
      </Part>
      {earlier.length > 0 && (
        <Part title={say("earlier")}>
          <ul className="stack">
            {earlier.map(({ id = "", last_message_preview: preview, create_time: time, status }) => (
              <li key={id}>
                <Link to="/conversations/$conversationId" params={{ conversationId: id }}>
                  {preview || id}
                </Link>{" "}
                <span className="quiet">{term(status)} · <Ago time={time} /></span>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </aside>
  );
}

function State({ conversation }: { conversation: Conversation }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const agents = useAgents();
  const teams = useTeams();
  const { assignee_id: assignee, holder, sentiment, status, team_id: team, urgency } = conversation;
  const owner = agents.find(({ id }) => id === assignee)?.name ?? teams.find(({ id }) => id === team)?.name;
  return (
    <>
      <div className="row">
        <Badge tone={holder && HOLDER_TONES[holder]}>{term(holder)}</Badge>
        <Badge>{term(status)}</Badge>
        <Badge tone={urgency && URGENCY_TONES[urgency]}>{term(urgency)}</Badge>
        {sentiment && <Badge>{term(sentiment)}</Badge>}
        <Badge>{term(conversation.channel)}</Badge>
      </div>
      <dl className="facts">
        <Fact name={say("assigned")}>{owner}</Fact>
        <Fact name={say("understood")}>{useIntents()(conversation.intent)}</Fact>
        <Fact name={say("language")}>{useLanguageName(conversation.language)}</Fact>
        <Window closes={conversation.window_close_time} />
        {conversation.unreachable && <Fact name={say("customer")}>{say("unreachable")}</Fact>}
      </dl>
    </>
  );
}

function Window({ closes }: { closes: string | undefined }) {
  const say = useWords(conversationWords);
  const now = useNow();
  if (!closes) return null;
  if (Date.parse(closes) < now) return <Fact name="WhatsApp">{say("windowClosed")}</Fact>;
  return <Fact name={say("window")}><Moment time={closes} /></Fact>;
}

function Promised({ clock }: { clock: Clock }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const word = clock.state && clock.state in CLOCK_WORDS ? CLOCK_WORDS[clock.state as keyof typeof CLOCK_WORDS] : "running";
  return (
    <li className="row">
      {clock.state === "STATE_RUNNING" ? <Countdown clock={clock} /> : <Badge tone={word === "late" ? "bad" : word === "met" ? "good" : undefined}>{say(word)}</Badge>}
      {term(clock.kind)} <span className="quiet"><Moment time={clock.due_time} /></span>
    </li>
  );
}

function Tags({ conversation, commands }: { conversation: Conversation; commands: Commands }) {
  const say = useWords(conversationWords);
  const mayWrite = useMay("agent");
  const [tag, setTag] = useState("");
  const tags = conversation.tags ?? [];
  if (!mayWrite) return tags.length ? <Part title={say("tags")}>{tags.join(", ")}</Part> : null;
  async function add() {
    const word = tag.trim();
    if (word && (await commands.setTags([...new Set([...tags, word])]))) setTag("");
  }
  return (
    <Part title={say("tags")}>
      <form className="row" onSubmit={(event) => { event.preventDefault(); void add(); }}>
        {tags.map((each) => (
          <Badge key={each}>
            {each}
            <Button small look="plain" className="remove" aria-label={say("removeTag", { tag: each })} onClick={() => void commands.setTags(tags.filter((other) => other !== each))}>
              ×
            </Button>
          </Badge>
        ))}
        <input className="input tag" aria-label={say("addTag")} placeholder={say("addTag")} value={tag} onChange={(event) => { setTag(event.target.value); }} />
      </form>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="stack">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
