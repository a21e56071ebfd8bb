import { Link } from "@tanstack/react-router";
import { Badge } from "../../design/controls";
import { Listing } from "../../design/listing";
import { Ago } from "../../design/times";
import type { Channel, ChannelState } from "../../api/names";
import { commonWords } from "../../words/common";
import { useTerms } from "../../words/terms";
import { useWords } from "../../words/words";
import "./channels.css";
import { useChannels } from "./queries";
import { channelWords } from "./words";

/** The ways in which customers reach the desk. */
export default function Channels() {
  const say = useWords(channelWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const list = useChannels();
  const channels = list.data?.pages.flatMap((page) => page.channels ?? []) ?? [];
  return (
    <section className="card stack">
      <div className="heading">
        <h2>{say("channels")}</h2>
        <Link className="button primary" to="/settings/channels/connect">{say("connect")}</Link>
      </div>
      <Listing list={list} isEmpty={channels.length === 0} empty={say("none")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("kind")}</th>
              <th scope="col">{say("externalId")}</th>
              <th scope="col">{common("status")}</th>
              <th scope="col">{common("since")}</th>
            </tr>
          </thead>
          <tbody>
            {channels.map((channel) => (
              <tr key={channel.id}>
                <th scope="row"><Link to="/settings/channels/$channelId" params={{ channelId: channel.id ?? "" }}><bdi>{channel.name || channel.id}</bdi></Link></th>
                <td>{term(channel.kind)}</td>
                <td className="id">{channel.external_id === channel.id ? "" : channel.external_id}</td>
                <td><Standing channel={channel} /></td>
                <td className="quiet"><Ago time={channel.create_time} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </section>
  );
}

const TONES = { STATE_ACTIVE: "good", STATE_PAUSED: "warn", STATE_OFF: "bad" } as const;

/** Whether it works, and the provider's latest bad news. */
export function Standing({ channel: { alert, sandbox, state = "STATE_UNSPECIFIED" } }: { channel: Channel }) {
  const say = useWords(channelWords);
  return (
    <div className="row">
      {isKnown(state) && <Badge tone={TONES[state]}>{say(state)}</Badge>}
      {sandbox && <Badge tone="info">{say("sandbox")}</Badge>}
      {alert && <Badge tone="bad">{alert}</Badge>}
    </div>
  );
}

function isKnown(state: ChannelState): state is keyof typeof TONES {
  return state in TONES;
}
