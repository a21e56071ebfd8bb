import { useState } from "react";
import type { Channel } from "../../api/names";
import { Field, Notice } from "../../design/controls";
import { useCaller } from "../../session/session";
import { useWords } from "../../words/words";
import { Copyable } from "../copyable";
import { snippet, telegramCall, telegramCommand, webhookUrl, whatsappCommand, type Secrets } from "./kinds";
import { channelWords } from "./words";

/** What goes to the provider, ready to be pasted; secrets of ours only while this page remembers them. */
export function Paste({ channel, secrets }: { channel: Channel; secrets: Secrets }) {
  const say = useWords(channelWords);
  const [base, setBase] = useState(location.origin);
  const isReachable = base.startsWith("https://") || channel.kind === "CHANNEL_KIND_WEBCHAT" || channel.kind === "CHANNEL_KIND_CUSTOM";
  return (
    <div className="stack">
      <Field label={say("base")} hint={say("baseHint")}>
        {(given) => <input {...given} className="input" dir="ltr" inputMode="url" value={base} onChange={(event) => { setBase(event.target.value.trim().replace(/\/+$/, "")); }} />}
      </Field>
      {!isReachable && <Notice tone="warn">{say("notHttps")}</Notice>}
      <Instructions base={base} channel={channel} secrets={secrets} />
    </div>
  );
}

function Instructions({ base, channel, secrets }: { base: string; channel: Channel; secrets: Secrets }) {
  const say = useWords(channelWords);
  const { tenant } = useCaller();
  const { SECRET_KIND_SECRET_TOKEN: secretToken, SECRET_KIND_SIGNING_SECRET: signing, SECRET_KIND_VERIFY_TOKEN: verify } = secrets;
  switch (channel.kind) {
    case "CHANNEL_KIND_WHATSAPP":
      return (
        <>
          <p>{say("pasteWhatsapp")}</p>
          <Copyable label={say("callbackUrl")} text={webhookUrl(base, channel)} />
          {verify && <Copyable label={say("SECRET_KIND_VERIFY_TOKEN")} text={verify} />}
          <p>{say("orCommand")}</p>
          <Copyable label={say("command")} text={whatsappCommand(base, tenant, channel)} />
        </>
      );
    case "CHANNEL_KIND_TELEGRAM":
      return (
        <>
          <p>{say("pasteTelegram")}</p>
          {secretToken && <Copyable label={say("call")} text={telegramCall(base, channel, secretToken)} />}
          <p>{say("orCommand")}</p>
          <Copyable label={say("command")} text={telegramCommand(base, tenant)} />
        </>
      );
    case "CHANNEL_KIND_WEBCHAT":
      return (
        <>
          <p>{say("pasteWebchat")}</p>
          <Copyable label={say("snippet")} text={snippet(base, channel)} />
          {signing && <><p>{say("webchatSecret")}</p><Copyable label={say("SECRET_KIND_SIGNING_SECRET")} text={signing} /></>}
          <p><a href={`/api/v1/webchat/${channel.id ?? ""}/`} target="_blank" rel="noreferrer">{say("tryPage")}</a></p>
        </>
      );
    default:
      return (
        <>
          <p>{say("pasteCustom")}</p>
          <Copyable label={say("webhookUrl")} text={webhookUrl(base, channel)} />
          {signing && <Copyable label={say("SECRET_KIND_SIGNING_SECRET")} text={signing} />}
        </>
      );
  }
}
