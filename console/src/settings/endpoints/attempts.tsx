import { Empty, Notice } from "../../design/controls";
import { Moment } from "../../design/times";
import { commonWords } from "../../words/common";
import { useFailures } from "../../words/failures";
import { useWords } from "../../words/words";
import { useDelivery } from "./queries";
import { endpointWords } from "./words";

/** Each request of one delivery, and what came of it. */
export function Attempts({ endpointId, deliveryId }: { endpointId: string; deliveryId: string }) {
  const say = useWords(endpointWords);
  const common = useWords(commonWords);
  const failed = useFailures();
  const { data, error } = useDelivery(endpointId, deliveryId);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  if (!data) return <Empty>{common("loading")}</Empty>;
  return (
    <div className="stack">
      <p className="quiet">{say("webhookId")} <code>{data.id}</code></p>
      {data.attempts?.length ? (
        <ol className="attempts">
          {data.attempts.map(({ duration, error: why = "", http_status: status, number, time }) => (
            <li key={number}>
              <span className="number">{number}.</span> <Moment time={time} /> · {status ? `HTTP ${status}` : failed(why)} · {duration}
            </li>
          ))}
        </ol>
      ) : <p>{say("noAttempts")}</p>}
    </div>
  );
}
