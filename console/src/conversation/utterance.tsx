import type { Content, Message, MessageState } from "../api/names";
import { Badge, Button, type Tone } from "../design/controls";
import { Moment } from "../design/times";
import { useMay } from "../session/session";
import { useFailures } from "../words/failures";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { AttachedFile } from "./attached-file";
import type { Commands } from "./commands";
import { LabelsWhy, ReplyWhy } from "./why";
import { conversationWords } from "./words";

const STATE_TONES: Partial<Record<MessageState, Tone>> = {
  MESSAGE_STATE_FAILED: "bad",
  MESSAGE_STATE_PARKED: "warn",
  MESSAGE_STATE_UNCERTAIN: "warn",
};
/** What a person may send once more; the service refuses what cannot be. */
const SENT_AGAIN: MessageState[] = ["MESSAGE_STATE_FAILED", "MESSAGE_STATE_PARKED"];
const SIDES = { AUTHOR_CUSTOMER: "in", AUTHOR_SYSTEM: "middle", AUTHOR_BOT: "out bot", AUTHOR_AGENT: "out", AUTHOR_UNSPECIFIED: "middle" };

/** One message: who, what, when, how it went, and why it says what it says. */
export function Utterance({ message, commands }: { message: Message; commands: Commands }) {
  const say = useWords(conversationWords);
  const isNote = message.kind === "MESSAGE_KIND_NOTE";
  const { author = "AUTHOR_UNSPECIFIED", attachments = [], classification, content, outcome } = message;
  return (
    <li className={`utterance ${isNote ? "out note" : SIDES[author]}`}>
      <div className="meta">
        <strong>{useAuthor(message)}</strong>
        {isNote && <span>{say("internal")}</span>}
        <Moment time={message.provider_time ?? message.create_time} />
        <State message={message} commands={commands} />
      </div>
      {message.withdraw_time ? <em className="quiet">{say("withdrawn")}</em> : <p dir="auto">{message.text}</p>}
      {content && <Sent content={content} text={message.text ?? ""} />}
      {attachments.map((attachment, position) => (
        <AttachedFile key={attachment.sha256 || position} messageId={message.id ?? ""} position={position} attachment={attachment} />
      ))}
      {message.reaction && <span className="reaction">{message.reaction}</span>}
      {classification?.intent !== undefined && author === "AUTHOR_CUSTOMER" && (
        <LabelsWhy classification={classification} text={message.text ?? ""} />
      )}
      {outcome && author === "AUTHOR_BOT" && <ReplyWhy outcome={outcome} />}
    </li>
  );
}

/** What went out beside the words. */
function Sent({ content: { choices, media, place, template }, text }: { content: Content; text: string }) {
  const { url = "" } = media ?? {};
  return (
    <>
      {choices?.choices?.map(({ title, id }) => <Badge key={id}>{title}</Badge>)}
      {url && url !== text && <a className="file" href={url} target="_blank" rel="noreferrer">{media?.file_name || url}</a>}
      {template && <Badge>{`${template.name ?? ""} (${template.language ?? ""})`}</Badge>}
      {place && <Badge>{[place.name, place.address].filter(Boolean).join(", ") || `${place.latitude ?? 0}, ${place.longitude ?? 0}`}</Badge>}
    </>
  );
}

function useAuthor({ author, author_name: name }: Message): string {
  const say = useWords(conversationWords);
  if (name) return name;
  if (author === "AUTHOR_CUSTOMER") return say("customerSays");
  return say(author === "AUTHOR_BOT" ? "botSays" : "systemSays");
}

function State({ message, commands }: { message: Message; commands: Commands }) {
  const say = useWords(conversationWords);
  const term = useTerms();
  const failed = useFailures();
  const mayWrite = useMay("agent");
  const { state = "MESSAGE_STATE_UNSPECIFIED", author, kind } = message;
  if (author === "AUTHOR_CUSTOMER" || kind === "MESSAGE_KIND_NOTE") return null;
  return (
    <>
      <Badge tone={STATE_TONES[state]}>{term(state)}</Badge>
      {message.failure && <span>{`${say("failed")}: ${failed(message.failure)}`}</span>}
      {mayWrite && SENT_AGAIN.includes(state) && (
        <Button small disabled={commands.isRunning} onClick={() => void commands.resend(message)}>
          {say("resend")}
        </Button>
      )}
    </>
  );
}
