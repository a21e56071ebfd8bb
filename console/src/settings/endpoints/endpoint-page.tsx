import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Endpoint } from "../../api/names";
import { Button, Notice } from "../../design/controls";
import { useToast } from "../../design/toasts";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Confirm } from "../confirm";
import { Loaded } from "../loaded";
import { EndpointForm } from "./endpoint-form";
import "./endpoints.css";
import { Ledger } from "./ledger";
import { EndpointState } from "./page";
import { useEndpoint, useEndpointCommands, useRemoveEndpoint } from "./queries";
import { Rotate } from "./rotate";
import { endpointWords } from "./words";

/** One endpoint: what it listens to, its secret, what was sent to it. */
export default function EndpointPage() {
  const say = useWords(endpointWords);
  const { endpointId } = useParams({ from: "/settings/endpoints/$endpointId" });
  return (
    <>
      <Link to="/settings/endpoints"><span aria-hidden="true" className="back">←</span> {say("endpoints")}</Link>
      <Loaded query={useEndpoint(endpointId)}>
        {(endpoint) => (
          <>
            <Settings key={endpointId} endpoint={endpoint} />
            <Ledger endpointId={endpointId} isEnabled={endpoint.state !== "STATE_DISABLED"} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Settings({ endpoint }: { endpoint: Endpoint }) {
  const common = useWords(commonWords);
  const toast = useToast();
  const { submission, update } = useEndpointCommands();
  const [known, setKnown] = useState(endpoint);
  async function submit(part: Endpoint) {
    const answer = await update(known.id ?? "", "url,description,types", { ...part, ...(known.etag && { etag: known.etag }) });
    if (!answer) return;
    setKnown(answer.endpoint ?? {});
    toast(common("saved"));
  }
  return (
    <section className="card endpoint">
      <div className="heading">
        <h2 className="url">{endpoint.url}</h2>
        <EndpointState endpoint={endpoint} />
        <Switch endpoint={endpoint} />
        <Rotate endpointId={endpoint.id ?? ""} />
        <Remove endpoint={endpoint} />
      </div>
      <EndpointForm endpoint={endpoint} submission={submission} onSubmit={submit} />
    </section>
  );
}

function Switch({ endpoint: { id = "", state } }: { endpoint: Endpoint }) {
  const say = useWords(endpointWords);
  const { submission, update } = useEndpointCommands();
  const isOn = state !== "STATE_DISABLED";
  return (
    <>
      <Button small disabled={submission.isChanging} onClick={() => void update(id, "state", { state: isOn ? "STATE_DISABLED" : "STATE_ENABLED" })}>{say(isOn ? "disable" : "enable")}</Button>
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
    </>
  );
}

function Remove({ endpoint: { id = "", url = "" } }: { endpoint: Endpoint }) {
  const say = useWords(endpointWords);
  const common = useWords(commonWords);
  const [isAsking, ask] = useState(false);
  const navigate = useNavigate();
  const { submission, remove } = useRemoveEndpoint();
  async function confirm() {
    if (await remove(id)) await navigate({ to: "/settings/endpoints" });
  }
  return (
    <>
      <Button small look="danger" onClick={() => { ask(true); }}>{common("remove")}</Button>
      <Confirm open={isAsking} title={`${common("remove")}: ${url}`} verb={common("remove")} isChanging={submission.isChanging} onConfirm={confirm} onClose={() => { ask(false); }}>
        <p>{say("removeWarning")}</p>
        {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
      </Confirm>
    </>
  );
}
