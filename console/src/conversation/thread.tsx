import { useEffect, useLayoutEffect, useRef } from "react";
import type { Conversation } from "../api/names";
import { Notice } from "../design/controls";
import type { Commands } from "./commands";
import { useMessages } from "./queries";
import { Typing } from "./typing";
import { Utterance } from "./utterance";

const NEAR_END_PIXELS = 120;

/** Oldest above. Who reads the end stays at the end; who reads further up is left where they are. */
export function Thread({ conversation, commands }: { conversation: Conversation; commands: Commands }) {
  const { data: messages, error } = useMessages(conversation.id ?? "");
  const frame = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isAtEnd.current) frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [messages]);
  useEffect(() => {
    const element = frame.current;
    const look = () => {
      if (element) isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PIXELS;
    };
    element?.addEventListener("scroll", look, { passive: true });
    return () => { element?.removeEventListener("scroll", look); };
  }, []);
  return (
    <div ref={frame} className="thread" role="log" tabIndex={0}>
      {error && <Notice tone="bad">{error.message}</Notice>}
      <ol>
        {messages?.map((message) => (
          <Utterance key={message.id} message={message} commands={commands} />
        ))}
      </ol>
      <Typing conversationId={conversation.id ?? ""} />
    </div>
  );
}
