import { Badge, Empty, Notice, type Tone } from "../design/controls";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useCauses } from "../words/causes";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { DeadLetters } from "./dead-letters";
import { Queues } from "./queues";
import { useHealth, type Provider } from "./queries";
import { useRemedies } from "./remedies";
import "./status.css";
import { statusWords } from "./words";

type Health = NonNullable<ReturnType<typeof useHealth>["data"]>;

const TONES: Record<string, Tone> = { ok: "good", ready: "good", degraded: "warn", down: "bad", failing: "bad", open: "bad" };

/** What works, what does not, and what to do about it. */
export default function Status() {
  const say = useWords(statusWords);
  const common = useWords(commonWords);
  const { data: health, error } = useHealth();
  const maySeeLetters = useMay("admin");
  return (
    <div className="page">
      <header>
        <h1>{say("title")}</h1>
        {health?.status && <Badge tone={TONES[health.status]}>{say(health.status)}</Badge>}
      </header>
      {error && <Notice tone="bad">{common("failed", { why: error.message })}</Notice>}
      {!health && !error && <Empty>{common("loading")}</Empty>}
      {health && (
        <div className="status">
          <Tiers health={health} />
          <Services health={health} />
          <Queues />
        </div>
      )}
      {maySeeLetters && <DeadLetters />}
    </div>
  );
}

/** The tiers in the order in which they are tried. */
function Tiers({ health }: { health: Health }) {
  const say = useWords(statusWords);
  const named = useCauses();
  const term = useTerms();
  const remedy = useRemedies();
  const providers: Record<string, Provider> = health.providers ?? {};
  const usable = health.reply_tiers ?? [];
  return (
    <section className="card">
      <h2>{say("tiers")}</h2>
      <table className="table">
        <thead>
          <tr>{(["tier", "state", "remedy"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}</tr>
        </thead>
        <tbody>
          {Object.entries(providers).map(([name, provider]) => {
            const { model, reason, state = "" } = provider;
            return (
            <tr key={name}>
              <th scope="row">
                {term(`TIER_${name.toUpperCase()}`)}
                {model && <div className="quiet">{model}</div>}
              </th>
              <td>
                <Badge tone={TONES[state]}>{named(state)}</Badge>
                {reason && <div className="quiet">{named(`TIER_REASON_${reason.toUpperCase()}`)}</div>}
              </td>
              <td>{remedy(name, provider) || (usable.includes(name) ? "–" : say("next"))}</td>
            </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Services({ health }: { health: Health }) {
  const say = useWords(statusWords);
  const named = useCauses();
  return (
    <section className="card">
      <h2>{say("services")}</h2>
      <table className="table">
        <thead>
          <tr>{(["service", "state", "remedy"] as const).map((word) => <th key={word} scope="col">{say(word)}</th>)}</tr>
        </thead>
        <tbody>
          {Object.entries(health.services ?? {}).map(([name, { status = "" }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td><Badge tone={TONES[status]}>{named(status)}</Badge></td>
              <td>{status === "ok" ? "–" : <code>{`cassava logs ${name}`}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
