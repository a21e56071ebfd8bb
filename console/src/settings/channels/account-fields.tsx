import type { Channel } from "../../api/names";
import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { channelWords } from "./words";

interface AccountFieldsProps {
  kind: Channel["kind"];
  draft: Channel;
  wrong: (field: string) => string | undefined;
  onChange: (part: Channel) => void;
}

/** What identifies an account at its provider, and where a channel of one's own is answered. */
export function AccountFields({ kind, draft, wrong, onChange }: AccountFieldsProps) {
  const say = useWords(channelWords);
  const { business_account_id: business = "", external_id: number = "", reply_url: reply = "" } = draft;
  if (kind === "CHANNEL_KIND_WHATSAPP") {
    return (
      <div className="filter-row">
        <Field label={say("phoneNumberId")} hint={say("phoneNumberIdHint")} wrong={wrong("channel.external_id")}>
          {(given) => <input {...given} className="input" inputMode="numeric" dir="ltr" required maxLength={40} value={number} onChange={(event) => { onChange({ external_id: event.target.value.trim() }); }} />}
        </Field>
        <Field label={say("business")} wrong={wrong("channel.business_account_id")}>
          {(given) => <input {...given} className="input" inputMode="numeric" dir="ltr" maxLength={200} value={business} onChange={(event) => { onChange({ business_account_id: event.target.value.trim() }); }} />}
        </Field>
      </div>
    );
  }
  if (kind !== "CHANNEL_KIND_CUSTOM") return null;
  return (
    <Field label={say("replyUrl")} hint={say("replyUrlHint")} wrong={wrong("channel.reply_url")}>
      {(given) => <input {...given} className="input" inputMode="url" dir="ltr" maxLength={2000} value={reply} onChange={(event) => { onChange({ reply_url: event.target.value.trim() }); }} />}
    </Field>
  );
}
