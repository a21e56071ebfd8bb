import { useState } from "react";
import type { DeliveryState, EndpointDelivery } from "../../api/names";
import { Badge, Button, Field, Notice, type Tone } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Moment } from "../../design/times";
import { useToast } from "../../design/toasts";
import { commonWords } from "../../words/common";
import { useWords } from "../../words/words";
import { Attempts } from "./attempts";
import { DELIVERY_STATES, useDeliveries, useEndpointCommands } from "./queries";
import { ReplayRange } from "./replay-range";
import { endpointWords } from "./words";

const TONES: Partial<Record<DeliveryState, Tone>> = { STATE_PENDING: "info", STATE_SUCCEEDED: "good", STATE_FAILED: "bad" };

/** What was and will be sent, newest first. */
export function Ledger({ endpointId, isEnabled }: { endpointId: string; isEnabled: boolean }) {
  const say = useWords(endpointWords);
  const common = useWords(commonWords);
  const [state, setState] = useState<DeliveryState>();
  const list = useDeliveries(endpointId, state);
  const deliveries = list.data?.pages.flatMap((page) => page.deliveries ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("ledger")}</h2>
      {isEnabled && <ReplayRange endpointId={endpointId} />}
      <div className="filter-row">
        <Field label={common("status")}>
          {(given) => (
            <select {...given} className="input" value={state ?? ""} onChange={(event) => { setState((event.target.value || undefined) as DeliveryState | undefined); }}>
              <option value="">{common("any")}</option>
              {DELIVERY_STATES.map((each) => <option key={each} value={each}>{say(each)}</option>)}
            </select>
          )}
        </Field>
        <Button disabled={list.isFetching} onClick={() => void list.refetch()}>{say("readAgain")}</Button>
      </div>
      <Listing list={list} isEmpty={deliveries.length === 0} empty={say("noDeliveries")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("event")}</th>
              <th scope="col">{common("status")}</th>
              <th scope="col">{say("made")}</th>
              <th scope="col">{say("due")}</th>
              <td />
            </tr>
          </thead>
          <tbody>{deliveries.map((delivery) => <DeliveryRows key={delivery.id} endpointId={endpointId} delivery={delivery} isEnabled={isEnabled} />)}</tbody>
        </table>
      </Listing>
    </section>
  );
}

interface DeliveryRowsProps {
  endpointId: string;
  delivery: EndpointDelivery;
  isEnabled: boolean;
}

/** What waits is not sent again, and nothing to where nothing is sent. */
function DeliveryRows({ endpointId, delivery, isEnabled }: DeliveryRowsProps) {
  const say = useWords(endpointWords);
  const [isOpen, open] = useState(false);
  const { create_time: made, due_time: due, event_sequence: sequence, event_type: type = "", id = "", state } = delivery;
  const name = `${type} ${sequence ?? ""}`;
  return (
    <>
      <tr>
        <th scope="row">{type} <span className="quiet">{sequence}</span></th>
        <td>{state && state !== "STATE_UNSPECIFIED" && <Badge tone={TONES[state]}>{say(state)}</Badge>}</td>
        <td className="quiet"><Moment time={made} /></td>
        <td className="quiet">{state === "STATE_PENDING" && <Moment time={due} />}</td>
        <td>
          <div className="row">
            <Button small aria-expanded={isOpen} onClick={() => { open(!isOpen); }} aria-label={`${say("attempts")}: ${name}`}>{say("attempts")}</Button>
            {isEnabled && state !== "STATE_PENDING" && <Replay endpointId={endpointId} deliveryId={id} name={name} />}
          </div>
        </td>
      </tr>
      {isOpen && <tr><td colSpan={5}><Attempts endpointId={endpointId} deliveryId={id} /></td></tr>}
    </>
  );
}

function Replay({ endpointId, deliveryId, name }: { endpointId: string; deliveryId: string; name: string }) {
  const say = useWords(endpointWords);
  const toast = useToast();
  const { submission, replay } = useEndpointCommands();
  async function again() {
    const count = await replay(endpointId, { delivery_id: deliveryId });
    if (count !== undefined) toast(say("replayed", { count }));
  }
  return (
    <>
      <Button small disabled={submission.isChanging} onClick={() => void again()} aria-label={`${say("replay")}: ${name}`}>{say("replay")}</Button>
      {submission.refusal && <Notice tone="bad">{submission.refusal}</Notice>}
    </>
  );
}
