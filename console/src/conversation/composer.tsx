import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent } from "react";
import { api, said } from "../api/client";
import type { Conversation, Then } from "../api/names";
import { Button } from "../design/controls";
import { useToast } from "../design/toasts";
import { useSayTyping } from "../live/live";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { BesideFields, contentOf, NEW, type Beside } from "./beside";
import { besideWords } from "./beside-words";
import type { Commands } from "./commands";
import { conversationWords } from "./words";

const THENS = [
  ["THEN_WAIT", "thenWait"],
  ["THEN_KEEP_OPEN", "thenKeep"],
  ["THEN_RESOLVE", "thenResolve"],
] as const satisfies [Then, string][];
const TYPING_MILLISECONDS = 2500;

interface Props {
  conversation: Conversation;
  commands: Commands;
}

/** A reply to the customer, or a note for colleagues; what cannot be sent stays written. */
export function Composer({ conversation, commands }: Props) {
  const say = useWords(conversationWords);
  const [text, setText] = useState("");
  const [isNote, setIsNote] = useState(false);
  const [then, setThen] = useState<Then>("THEN_WAIT");
  const [beside, add] = useState<Beside>();
  const sayTyping = useTyping(conversation.id ?? "");

  const content = isNote ? undefined : contentOf(beside);
  const isEmpty = !text.trim() && !content;

  async function send() {
    if (isEmpty || commands.isRunning) return;
    const done = await commands.post({ text: text.trim(), note: isNote, ...(!isNote && { then }), ...(content && { content }) });
    if (!done) return;
    setText("");
    add(undefined);
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  }

  return (
    <form className={`composer ${isNote ? "note" : ""}`} onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <div className="row">
        {([["reply", false], ["note", true]] as const).map(([word, note]) => (
          <Button key={word} small look="plain" aria-pressed={isNote === note} onClick={() => { setIsNote(note); }}>
            {say(word)}
          </Button>
        ))}
        <SuggestButton conversation={conversation} onSuggest={setText} />
        {!isNote && <BesideButtons conversation={conversation} kind={beside?.kind} onChange={add} />}
        <span className="quiet hint">{say(hintOf(conversation, isNote))}</span>
      </div>
      <textarea
        className="input"
        dir="auto"
        rows={3}
        aria-label={say(isNote ? "note" : "reply")}
        placeholder={say(isNote ? "writeNote" : "write")}
        value={text}
        onChange={(event) => { setText(event.target.value); if (!isNote) sayTyping(); }}
        onKeyDown={press}
      />
      {!isNote && beside && <BesideFields beside={beside} onChange={add} />}
      <div className="row end">
        {!isNote && (
          <label className="row">
            {say("then")}
            <select className="input" value={then} onChange={(event) => { setThen(event.target.value as Then); }}>
              {THENS.map(([value, word]) => (
                <option key={value} value={value}>
                  {say(word)}
                </option>
              ))}
            </select>
          </label>
        )}
        <Button type="submit" look="primary" disabled={isEmpty || commands.isRunning}>
          {say(isNote ? "save" : "send")}
        </Button>
      </div>
    </form>
  );
}

/** A file by its address everywhere; a template where WhatsApp asks for one. */
function BesideButtons({ conversation, kind, onChange }: { conversation: Conversation; kind: Beside["kind"] | undefined; onChange: (beside: Beside | undefined) => void }) {
  const say = useWords(besideWords);
  const kinds: Beside["kind"][] = conversation.channel === "CHANNEL_KIND_WHATSAPP" ? ["file", "template"] : ["file"];
  return kinds.map((each) => (
    <Button key={each} small look="plain" aria-pressed={kind === each} onClick={() => { onChange(kind === each ? undefined : NEW[each]); }}>
      {say(each)}
    </Button>
  ));
}

function hintOf({ holder, window_close_time: closes }: Conversation, isNote: boolean) {
  if (isNote) return "shortcut";
  if (closes && Date.parse(closes) < Date.now()) return "windowClosed";
  return holder === "HOLDER_BOT" ? "botHolds" : "shortcut";
}

/** Said at most every few seconds: it is shown for longer than that. */
function useTyping(conversationId: string): () => void {
  const sayTyping = useSayTyping();
  const saidAt = useRef(0);
  return () => {
    if (Date.now() - saidAt.current < TYPING_MILLISECONDS) return;
    saidAt.current = Date.now();
    sayTyping(conversationId);
  };
}

/** What the machine would answer; it leaves only when a person sends it. */
function SuggestButton({ conversation, onSuggest }: { conversation: Conversation; onSuggest: (text: string) => void }) {
  const say = useWords(conversationWords);
  const { tenant } = useCaller();
  const toast = useToast();
  const asking = useMutation({
    mutationFn: () =>
      said(
        api.POST("/api/v1/conversations/{conversation_id}:draft", {
          params: { path: { conversation_id: conversation.id ?? "" } },
          body: { tenant_id: tenant },
        }),
      ),
    onSuccess: ({ outcome }) => {
      if (outcome?.text) onSuggest(outcome.text);
      else toast(say("noSuggestion"), "warn");
    },
    onError: (error) => { toast(say("refused", { why: error.message }), "bad"); },
  });
  return (
    <Button small look="plain" disabled={asking.isPending} onClick={() => { asking.mutate(); }}>
      {say("suggest")}
    </Button>
  );
}
