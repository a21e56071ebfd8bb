import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Channel } from "../../api/names";
import { Badge, Button, Notice } from "../../design/controls";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { canTest, sendTest } from "./door";
import type { Secrets } from "./kinds";
import { useLatestConversation } from "./queries";
import { channelWords } from "./words";

interface FirstMessageProps {
  channel: Channel;
  secrets: Secrets;
  onArrived?: () => void;
}

/** Waits for what a customer writes; where nobody can be bothered by it, a test message is sent from here. */
export function FirstMessage({ channel, secrets, onArrived }: FirstMessageProps) {
  const say = useWords(channelWords);
  const term = useTerms();
  const latest = useLatestConversation(channel.id ?? "");
  const hasArrived = Boolean(latest.data);
  useEffect(() => {
    if (hasArrived) onArrived?.();
  }, [hasArrived, onArrived]);
  return (
    <div className="stack" aria-live="polite">
      {canTest(channel, secrets) ? <TestMessage channel={channel} secrets={secrets} /> : <p>{say("writeYourself")}</p>}
      {latest.data ? (
        <p className="row">
          <Badge tone="good">{say("arrived")}</Badge>
          <Link to="/conversations/$conversationId" params={{ conversationId: latest.data.id ?? "" }}>{say("openConversation")}</Link>
          <span className="quiet">{term(latest.data.holder)}</span>
        </p>
      ) : <p className="quiet">{say("waiting")}</p>}
    </div>
  );
}

function TestMessage({ channel, secrets }: { channel: Channel; secrets: Secrets }) {
  const say = useWords(channelWords);
  const [isSending, begin] = useState(false);
  const [isTaken, take] = useState<boolean>();
  async function send() {
    begin(true);
    take(await sendTest(channel, secrets, say("testText")).catch(() => false));
    begin(false);
  }
  return (
    <div className="stack">
      <div><Button disabled={isSending} onClick={() => void send()}>{say("sendTest")}</Button></div>
      {isTaken === false && <Notice tone="bad">{say("testRefused")}</Notice>}
    </div>
  );
}
