import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Channel } from "../../api/names";
import { useWords } from "../../words/words";
import { AccountForm } from "./account-form";
import "./channels.css";
import { DoorCheck } from "./door-check";
import { FirstMessage } from "./first-message";
import type { Secrets } from "./kinds";
import { Paste } from "./paste";
import { StateField } from "./state-field";
import { channelWords } from "./words";

interface Made {
  channel: Channel;
  secrets: Secrets;
}

/** From nothing to the first message, each step checked before the next is believed. */
export default function Connect() {
  const say = useWords(channelWords);
  const [made, setMade] = useState<Made>();
  const [isOpen, setOpen] = useState(false);
  const [hasMessage, setMessage] = useState(false);
  return (
    <section className="card stack">
      <Link to="/settings/channels"><span aria-hidden="true" className="back">←</span> {say("channels")}</Link>
      <h2>{say("connect")}</h2>
      <ol className="steps">
        <Step title={say("stepAccount")} isDone={made !== undefined} isNow={!made}>
          {made ? <p><bdi>{made.channel.name}</bdi></p> : <AccountForm onMade={(channel, secrets) => { setMade({ channel, secrets }); }} />}
        </Step>
        <Step title={say("stepPaste")} isDone={hasMessage} isNow={made !== undefined && !hasMessage}>
          {made && <Paste channel={made.channel} secrets={made.secrets} />}
        </Step>
        <Step title={say("stepDoor")} isDone={isOpen || hasMessage} isNow={made !== undefined && !isOpen && !hasMessage}>
          {made && <DoorCheck channel={made.channel} secrets={made.secrets} onOpen={() => { setOpen(true); }} />}
        </Step>
        <Step title={say("stepMessage")} isDone={hasMessage} isNow={made !== undefined && !hasMessage}>
          {made && <FirstMessage channel={made.channel} secrets={made.secrets} onArrived={() => { setMessage(true); }} />}
        </Step>
        <Step title={say("stepState")} isDone={hasMessage} isNow={hasMessage}>
          {made && <StateField channelId={made.channel.id ?? ""} />}
        </Step>
      </ol>
    </section>
  );
}

function Step({ title, isDone, isNow, children }: { title: string; isDone: boolean; isNow: boolean; children: ReactNode }) {
  const say = useWords(channelWords);
  return (
    <li className={isDone ? "done" : isNow ? "now" : "later"} {...(isNow && { "aria-current": "step" as const })}>
      <h3>{title} <span className="quiet">{say(isDone ? "done" : isNow ? "now" : "later")}</span></h3>
      {children}
    </li>
  );
}
