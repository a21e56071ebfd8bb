import { Link, useParams } from "@tanstack/react-router";
import type { Briefing } from "../api/names";
import { Empty, Notice } from "../design/controls";
import { useMay } from "../session/session";
import { useWords } from "../words/words";
import { Actions } from "./actions";
import { Aside } from "./aside";
import { useCommands } from "./commands";
import { Composer } from "./composer";
import "./conversation.css";
import { useBriefing } from "./queries";
import { Thread } from "./thread";
import { conversationWords } from "./words";

/** What was said, why the machine did what it did, and everything a person can do about it. */
export default function Conversation() {
  const say = useWords(conversationWords);
  const { conversationId } = useParams({ from: "/conversations/$conversationId" });
  const { data, error } = useBriefing(conversationId);
  if (error) return <Notice tone="bad">{error.message || say("missing")}</Notice>;
  if (!data?.conversation) return <Empty>…</Empty>;
  return <Opened key={conversationId} briefing={data} />;
}

function Opened({ briefing }: { briefing: Briefing }) {
  const say = useWords(conversationWords);
  const conversation = briefing.conversation ?? {};
  const commands = useCommands(conversation);
  const mayWrite = useMay("agent");
  return (
    <div className="conversation">
      <header>
        <Link to="/inbox" className="button plain" aria-label={say("back")}>
          <span aria-hidden="true" className="back">←</span>
        </Link>
        <h1>
          <Link to="/customers/$customerId" params={{ customerId: conversation.customer_id ?? "" }} title={say("customer")}>
            <bdi>{conversation.customer_name || conversation.customer_id}</bdi>
          </Link>
        </h1>
        {mayWrite && <Actions conversation={conversation} commands={commands} />}
      </header>
      <section className="talk" aria-label={say("thread")}>
        <Thread conversation={conversation} commands={commands} />
        {mayWrite && <Composer conversation={conversation} commands={commands} />}
      </section>
      <Aside briefing={briefing} commands={commands} />
    </div>
  );
}
