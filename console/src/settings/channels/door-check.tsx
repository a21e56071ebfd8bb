import { useState } from "react";
import type { Channel } from "../../api/names";
import { Badge, Button } from "../../design/controls";
import { useWords } from "../../words/words";
import { checksOf, type CheckName } from "./door";
import type { Secrets } from "./kinds";
import { channelWords } from "./words";

interface DoorCheckProps {
  channel: Channel;
  secrets: Secrets;
  onOpen: () => void;
}

/** Whether our side would take what the provider sends. */
export function DoorCheck({ channel, secrets, onOpen }: DoorCheckProps) {
  const say = useWords(channelWords);
  const checks = checksOf(channel, secrets);
  const [found, setFound] = useState<Partial<Record<CheckName, boolean>>>({});
  const [isRunning, run] = useState(false);
  async function check() {
    run(true);
    const answers: typeof found = {};
    for (const each of checks) answers[each.name] = await each.run().catch(() => false);
    setFound(answers);
    run(false);
    if (Object.values(answers).every(Boolean)) onOpen();
  }
  if (checks.length === 0) return <p className="quiet">{say("checkByMessage")}</p>;
  return (
    <div className="stack" aria-live="polite">
      <ul className="stack">
        {checks.map(({ name }) => {
          const isGood = found[name];
          return (
            <li key={name} className="row">
              {isGood !== undefined && <Badge tone={isGood ? "good" : "bad"}>{say(isGood ? "good" : "bad")}</Badge>}
              {say(name)}
              {isGood === false && <span className="wrong">{say("soon")}</span>}
            </li>
          );
        })}
      </ul>
      <div><Button disabled={isRunning} onClick={() => void check()}>{say("check")}</Button></div>
    </div>
  );
}
