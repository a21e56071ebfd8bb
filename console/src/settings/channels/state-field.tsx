import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ChannelState } from "../../api/names";
import { Field } from "../../design/controls";
import { useWords } from "../../words/words";
import { Confirm } from "../confirm";
import { Standing } from "./page";
import { useChannel, useChannelState } from "./queries";
import { channelWords } from "./words";

const STATES = ["STATE_ACTIVE", "STATE_PAUSED", "STATE_OFF"] as const satisfies ChannelState[];

/** Whether it takes and sends. Turning it off drops what waits to be sent, so that is asked once more. */
export function StateField({ channelId }: { channelId: string }) {
  const say = useWords(channelWords);
  const { data: channel } = useChannel(channelId);
  const { setState, isChanging } = useChannelState();
  const [isAsking, ask] = useState(false);
  if (!channel) return null;
  const choose = (state: ChannelState) => { if (state === "STATE_OFF") ask(true); else void setState(channelId, state); };
  async function confirm() {
    if (await setState(channelId, "STATE_OFF")) ask(false);
  }
  return (
    <div className="filter-row">
      <Field label={say("state")} hint={say("stateHint")}>
        {(given) => (
          <select {...given} className="input" disabled={isChanging} value={channel.state} onChange={(event) => { choose(event.target.value as ChannelState); }}>
            {STATES.map((each) => <option key={each} value={each}>{say(each)}</option>)}
          </select>
        )}
      </Field>
      <Standing channel={channel} />
      <Link to="/settings/channels/$channelId" params={{ channelId }}>{say("itsPage")}</Link>
      <Confirm open={isAsking} title={say("STATE_OFF")} verb={say("turnOff")} isChanging={isChanging} onConfirm={confirm} onClose={() => { ask(false); }}>
        <p>{say("offWarning")}</p>
      </Confirm>
    </div>
  );
}
