import { memo } from "react";
import type { Conversation, Holder, Urgency } from "../api/names";
import { Badge, type Tone } from "../design/controls";
import { Ago } from "../design/times";
import { SlaClock } from "../tickets/sla-clock";
import { useIntents } from "../words/intents";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { inboxWords } from "./words";

export const HOLDER_TONES: Partial<Record<Holder, Tone>> = { HOLDER_QUEUED: "warn", HOLDER_PERSON: "info" };
export const URGENCY_TONES: Partial<Record<Urgency, Tone>> = { URGENCY_CRITICAL: "bad", URGENCY_HIGH: "warn" };

const LONGEST_PREVIEW = 120;

/** One conversation in a list: who, what, how it stands, until when. */
export const Row = memo(function Row({ conversation }: { conversation: Conversation }) {
  const say = useWords(inboxWords);
  const term = useTerms();
  const called = useIntents();
  const { channel, customer_name: name, holder, intent, last_message_preview: preview, status, tags, urgency } = conversation;
  const isOpen = status === "STATUS_OPEN";
  return (
    <div className="inbox-row">
      <div className="who">
        <strong>{name || say("unknown")}</strong>
        <span className="quiet">{term(channel)}</span>
      </div>
      <div className="what">
        <span className="preview" dir="auto">{shortened(preview) || say("noWords")}</span>
        <span className="row">
          {intent && <Badge>{called(intent)}</Badge>}
          {urgency && urgency in URGENCY_TONES && <Badge tone={URGENCY_TONES[urgency]}>{term(urgency)}</Badge>}
          {conversation.sentiment?.endsWith("NEGATIVE") && <Badge tone="warn">{term(conversation.sentiment)}</Badge>}
          {tags?.map((tag) => <Badge key={tag}>{`#${tag}`}</Badge>)}
        </span>
      </div>
      <div className="state">
        <Badge tone={isOpen ? holder && HOLDER_TONES[holder] : undefined}>{term(isOpen ? holder : status)}</Badge>
        {conversation.ticket_id ? <SlaClock ticketId={conversation.ticket_id} /> : null}
        <span className="quiet"><Ago time={conversation.last_message_time} /></span>
      </div>
    </div>
  );
});

/** The service cuts it there. */
function shortened(preview = ""): string {
  return preview.length >= LONGEST_PREVIEW ? `${preview}…` : preview;
}
