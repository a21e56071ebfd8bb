import { useCallback, useEffect, useState } from "react";
import type { LiveEvent } from "../live/connection";
import { useLiveEvents } from "../live/live";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { conversationWords } from "./words";

const SHOWN_MILLISECONDS = 4000;

/** Another agent writes here. */
export function Typing({ conversationId }: { conversationId: string }) {
  const say = useWords(conversationWords);
  const { name: me, keyId } = useCaller();
  const [heard, setHeard] = useState<{ name: string; at: number }>();
  const hear = useCallback(
    ({ type, data }: LiveEvent) => {
      const name = data["agent"];
      if (type !== "typing" || data["conversation_id"] !== conversationId || typeof name !== "string") return;
      if (name !== (me || keyId)) setHeard({ name, at: Date.now() });
    },
    [conversationId, me, keyId],
  );
  useLiveEvents(hear);
  useEffect(() => {
    if (!heard) return undefined;
    const timer = setTimeout(() => { setHeard(undefined); }, SHOWN_MILLISECONDS);
    return () => { clearTimeout(timer); };
  }, [heard]);
  return <p className="quiet typing">{heard && say("typing", { name: heard.name })}</p>;
}
