import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Channel } from "../../api/names";
import { Field, Notice } from "../../design/controls";
import { Moment } from "../../design/times";
import { useToast } from "../../design/toasts";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import { Form } from "../form";
import { Loaded } from "../loaded";
import { AccountFields } from "./account-fields";
import "./channels.css";
import { FirstMessage } from "./first-message";
import { SECRETS, type Kind } from "./kinds";
import { Paste } from "./paste";
import { useChannel, useSaveChannel } from "./queries";
import { Replace } from "./replace";
import { StateField } from "./state-field";
import { channelWords } from "./words";

/** One channel: how it stands, what it is, its secrets, where its provider delivers. */
export default function ChannelPage() {
  const say = useWords(channelWords);
  const { channelId } = useParams({ from: "/settings/channels/$channelId" });
  return (
    <>
      <Link to="/settings/channels"><span aria-hidden="true" className="back">←</span> {say("channels")}</Link>
      <Loaded query={useChannel(channelId)}>{(channel) => <Sections key={channelId} channel={channel} />}</Loaded>
    </>
  );
}

function Sections({ channel }: { channel: Channel }) {
  const say = useWords(channelWords);
  const term = useTerms();
  const { alert, alert_time: alerted, id = "", kind, name } = channel;
  const needs = kind !== undefined && kind in SECRETS ? SECRETS[kind as Kind] : [];
  return (
    <div className="card stack channel">
      <h2><bdi>{name}</bdi> <span className="quiet">{term(kind)}</span></h2>
      {alert && <Notice tone="bad">{alert} <Moment time={alerted} /></Notice>}
      <StateField channelId={id} />
      <Account channel={channel} />
      {needs.length > 0 && (
        <>
          <section className="stack">
            <h3>{say("secrets")}</h3>
            <p className="quiet">{say("secretsHint")}</p>
            <ul className="stack">{needs.map((need) => <li key={need.kind}><Replace channel={channel} need={need} /></li>)}</ul>
          </section>
          <section className="stack">
            <h3>{say("stepPaste")}</h3>
            <Paste channel={channel} secrets={{}} />
          </section>
          <section className="stack">
            <h3>{say("latest")}</h3>
            <FirstMessage channel={channel} secrets={{}} />
          </section>
        </>
      )}
    </div>
  );
}

function Account({ channel }: { channel: Channel }) {
  const say = useWords(channelWords);
  const common = useWords(commonWords);
  const toast = useToast();
  const { submission, update } = useSaveChannel();
  const [draft, setDraft] = useState(channel);
  const { business_account_id = "", etag, external_id = "", id = "", kind, name = "", reply_url = "", sandbox = false } = draft;
  const set = (part: Channel) => { setDraft({ ...draft, ...part }); };
  async function submit() {
    const saved = await update(id, "name,external_id,business_account_id,reply_url,sandbox", { name: name.trim(), external_id, business_account_id, reply_url, sandbox, ...(etag && { etag }) });
    if (!saved) return;
    setDraft(saved);
    toast(common("saved"));
  }
  return (
    <Form label={say("account")} submission={submission} onSubmit={submit}>
      <Field label={common("name")} wrong={submission.wrong("channel.name")}>
        {(given) => <input {...given} className="input" dir="auto" required maxLength={200} value={name} onChange={(event) => { set({ name: event.target.value }); }} />}
      </Field>
      <AccountFields kind={kind} draft={draft} wrong={submission.wrong} onChange={set} />
      <label className="choice">
        <input type="checkbox" checked={sandbox} onChange={(event) => { set({ sandbox: event.target.checked }); }} />
        {say("sandboxHint")}
      </label>
    </Form>
  );
}
