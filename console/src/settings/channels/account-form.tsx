import { useState } from "react";
import type { Channel, Secret } from "../../api/names";
import { Field } from "../../design/controls";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { AccountFields } from "./account-fields";
import { KINDS, newSecrets, SECRETS, type Kind, type Secrets } from "./kinds";
import { useSaveChannel } from "./queries";
import { channelWords } from "./words";

/** The account with what its provider gave; what we choose ourselves is made here. */
export function AccountForm({ onMade }: { onMade: (channel: Channel, secrets: Secrets) => void }) {
  const say = useWords(channelWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const { submission, create } = useSaveChannel();
  const [kind, setKind] = useState<Kind>("CHANNEL_KIND_WHATSAPP");
  const [draft, setDraft] = useState<Channel>({});
  const [given, setGiven] = useState<Secrets>({});
  const { name = "", sandbox = false } = draft;
  const set = (part: Channel) => { setDraft({ ...draft, ...part }); };
  async function submit() {
    const secrets = { ...given, ...newSecrets(kind) };
    const channel = await create({ ...draft, kind, name: name.trim(), secrets: listed(secrets) });
    if (channel) onMade(channel, secrets);
  }
  return (
    <Form label={say("stepAccount")} submission={submission} onSubmit={submit} done={say("create")}>
      <div className="filter-row">
        <Field label={say("kind")}>
          {(field) => (
            <select {...field} className="input" value={kind} onChange={(event) => { setKind(event.target.value as Kind); setGiven({}); setDraft({ name, sandbox }); }}>
              {KINDS.map((each) => <option key={each} value={each}>{term(each)}</option>)}
            </select>
          )}
        </Field>
        <Field label={common("name")} wrong={submission.wrong("channel.name")}>
          {(field) => <input {...field} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { set({ name: event.target.value }); }} />}
        </Field>
      </div>
      <AccountFields kind={kind} draft={draft} wrong={submission.wrong} onChange={set} />
      {SECRETS[kind].filter(({ from }) => from === "provider").map(({ kind: secret }) => (
        <Field key={secret} label={say(secret)} hint={say(`${secret}_HINT` as "SECRET_KIND_BOT_TOKEN_HINT")} wrong={submission.wrong("channel.secrets")}>
          {(field) => <input {...field} className="input" type="password" autoComplete="off" dir="ltr" required={!sandbox} maxLength={4096} value={given[secret] ?? ""} onChange={(event) => { setGiven({ ...given, [secret]: event.target.value.trim() }); }} />}
        </Field>
      ))}
      <label className="choice">
        <input type="checkbox" checked={sandbox} onChange={(event) => { set({ sandbox: event.target.checked }); }} />
        {say("sandboxHint")}
      </label>
    </Form>
  );
}

export function listed(secrets: Secrets): Secret[] {
  return (Object.entries(secrets) as [NonNullable<Secret["kind"]>, string][]).filter(([, value]) => value !== "").map(([kind, value]) => ({ kind, value }));
}
