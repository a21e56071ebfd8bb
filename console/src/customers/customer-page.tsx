import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Conversation, Customer } from "../api/names";
import { Badge, Button, Empty, Field, Notice } from "../design/controls";
import { DownloadButton } from "../design/download-button";
import { Listing } from "../design/listing";
import { Ago, Moment } from "../design/times";
import { HOLDER_TONES } from "../inbox/row";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useCodes, useTerms } from "../words/terms";
import { useWords } from "../words/words";
import "./customers.css";
import { EraseDialog } from "./erase-dialog";
import { MergeDialog } from "./merge-dialog";
import { useConversationsWith, useCustomer, useCustomerCommands, useCustomerExport } from "./queries";
import { customerWords } from "./words";

export default function CustomerPage() {
  const common = useWords(commonWords);
  const { customerId } = useParams({ from: "/customers/$customerId" });
  const { data: customer, error } = useCustomer(customerId);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  return customer ? <Person key={customerId} customer={customer} /> : <Empty>{common("loading")}</Empty>;
}

function Person({ customer }: { customer: Customer }) {
  const say = useWords(customerWords);
  const mayWrite = useMay("agent");
  const mayErase = useMay("admin");
  const [isMerging, merge] = useState(false);
  const [isErasing, erase] = useState(false);
  const { id = "", marketing_stopped: hasStopped, name } = customer;
  const address = useCustomerExport(id);
  return (
    <div className="page">
      <header>
        <h1><bdi>{name || say("unknown")}</bdi></h1>
        {hasStopped && <Badge tone="warn">{say("stopped")}</Badge>}
        {mayWrite && <Button onClick={() => { merge(true); }}>{say("merge")}</Button>}
        {mayErase && <DownloadButton address={address} fileName={`customer-${id}.jsonl`}>{say("export")}</DownloadButton>}
        {mayErase && <Button look="danger" onClick={() => { erase(true); }}>{say("erase")}</Button>}
      </header>
      <div className="person">
        <aside className="card stack" aria-label={say("known")}>
          <h2>{say("known")}</h2>
          {mayWrite && <NameForm key={customer.etag} customer={customer} />}
          <Known customer={customer} />
        </aside>
        <Conversations customerId={id} />
      </div>
      <MergeDialog customer={customer} isOpen={isMerging} onClose={() => { merge(false); }} />
      <EraseDialog customer={customer} isOpen={isErasing} onClose={() => { erase(false); }} />
    </div>
  );
}

function NameForm({ customer }: { customer: Customer }) {
  const common = useWords(commonWords);
  const { rename, isChanging } = useCustomerCommands(customer);
  const [name, setName] = useState(customer.name ?? "");
  return (
    <form className="name-form" onSubmit={(event) => { event.preventDefault(); void rename(name.trim()); }}>
      <Field label={common("name")}>
        {(given) => <input {...given} className="input" dir="auto" maxLength={300} value={name} onChange={(event) => { setName(event.target.value); }} />}
      </Field>
      <Button type="submit" disabled={isChanging || !name.trim() || name === customer.name}>{common("save")}</Button>
    </form>
  );
}

function Known({ customer }: { customer: Customer }) {
  const say = useWords(customerWords);
  const common = useWords(commonWords);
  const code = useCodes(customerWords);
  const { aliases = [], attributes = {}, create_time: since, history = {} } = customer;
  const counted = (all = 0, open = 0) => (open ? say("ofWhichOpen", { all, open }) : String(all));
  return (
    <dl className="facts">
      {aliases.map(({ kind = "", value, channel_id: channel }) => (
        <div key={`${kind}${value ?? ""}${channel ?? ""}`}><dt>{code(kind)}</dt><dd>{value}</dd></div>
      ))}
      {Object.entries(attributes).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      <div><dt>{common("since")}</dt><dd><Moment time={since} /></dd></div>
      <div><dt>{say("conversations")}</dt><dd>{counted(history.conversations, history.open_conversations)}</dd></div>
      <div><dt>{say("tickets")}</dt><dd>{counted(history.tickets, history.open_tickets)}</dd></div>
      <div><dt>{say("lastMessage")}</dt><dd><Moment time={history.last_message_time} /></dd></div>
    </dl>
  );
}

function Conversations({ customerId }: { customerId: string }) {
  const say = useWords(customerWords);
  const list = useConversationsWith(customerId);
  const conversations = list.data ?? [];
  return (
    <section className="card stack">
      <h2>{say("conversations")}</h2>
      <Listing list={list} isEmpty={conversations.length === 0}>
        <table className="table">
          <thead>
            <tr>{(["said", "state", "when"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}</tr>
          </thead>
          <tbody>{conversations.map((each) => <ConversationRow key={each.id} conversation={each} />)}</tbody>
        </table>
      </Listing>
    </section>
  );
}

function ConversationRow({ conversation }: { conversation: Conversation }) {
  const say = useWords(customerWords);
  const term = useTerms();
  const { channel, holder, id = "", last_message_preview: preview, last_message_time: time, status } = conversation;
  const isOpen = status === "STATUS_OPEN";
  return (
    <tr>
      <th scope="row">
        <Link to="/conversations/$conversationId" params={{ conversationId: id }}>
          <span dir="auto">{preview || say("noWords")}</span>
        </Link>{" "}
        <span className="quiet">{term(channel)}</span>
      </th>
      <td><Badge tone={isOpen ? holder && HOLDER_TONES[holder] : undefined}>{term(isOpen ? holder : status)}</Badge></td>
      <td className="quiet"><Ago time={time} /></td>
    </tr>
  );
}
