import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Endpoint } from "../../api/names";
import { Badge, Button } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Dialog } from "../../design/overlays";
import { Ago } from "../../design/times";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { ShownOnce } from "../shown-once";
import { EndpointForm } from "./endpoint-form";
import "./endpoints.css";
import { useEndpointCommands, useEndpoints } from "./queries";
import { endpointWords } from "./words";

/** Programs of the tenant's that hear what happens. */
export default function Endpoints() {
  const say = useWords(endpointWords);
  const common = useWords(commonWords);
  const list = useEndpoints();
  const endpoints = list.data?.pages.flatMap((page) => page.endpoints ?? []) ?? [];
  return (
    <section className="card stack">
      <div className="heading">
        <h2>{say("endpoints")}</h2>
        <NewEndpoint />
      </div>
      <p className="quiet">{say("intro")}</p>
      <Listing list={list} isEmpty={endpoints.length === 0} empty={say("none")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("url")}</th>
              <th scope="col">{common("status")}</th>
              <th scope="col">{say("types")}</th>
              <th scope="col">{common("since")}</th>
            </tr>
          </thead>
          <tbody>{endpoints.map((endpoint) => <EndpointRow key={endpoint.id} endpoint={endpoint} />)}</tbody>
        </table>
      </Listing>
    </section>
  );
}

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const say = useWords(endpointWords);
  const { create_time: since, description, id = "", types = [], url } = endpoint;
  return (
    <tr>
      <th scope="row" className="url">
        <Link to="/settings/endpoints/$endpointId" params={{ endpointId: id }}>{url}</Link>
        {description && <div className="quiet" dir="auto">{description}</div>}
      </th>
      <td><EndpointState endpoint={endpoint} /></td>
      <td>{types.length > 3 ? say("typeCount", { count: types.length }) : types.join(", ") || say("allTypes")}</td>
      <td className="quiet"><Ago time={since} /></td>
    </tr>
  );
}

export function EndpointState({ endpoint: { disabled_reason: reason, failing_since_time: failing, state } }: { endpoint: Endpoint }) {
  const say = useWords(endpointWords);
  if (state === "STATE_DISABLED") return <Badge tone="bad">{reason && reason in endpointWords.en ? say(reason as "gone") : say("disabled")}</Badge>;
  return failing ? <Badge tone="warn">{say("failing")}</Badge> : <Badge tone="good">{say("enabled")}</Badge>;
}

function NewEndpoint() {
  const say = useWords(endpointWords);
  const [isOpen, open] = useState(false);
  const [secret, show] = useState("");
  const { submission, create } = useEndpointCommands();
  async function submit(endpoint: Endpoint) {
    const answer = await create(endpoint);
    if (!answer) return;
    open(false);
    show(answer.secret);
  }
  return (
    <>
      <Button look="primary" onClick={() => { open(true); }}>{say("newEndpoint")}</Button>
      <Dialog wide open={isOpen} onClose={() => { open(false); }} title={say("newEndpoint")}>
        <EndpointForm endpoint={{}} submission={submission} onSubmit={submit} onCancel={() => { open(false); }} />
      </Dialog>
      <ShownOnce title={say("secret")} secret={secret} onKept={() => { show(""); }} />
    </>
  );
}
