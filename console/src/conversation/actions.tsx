import { useAgents, useTeams } from "../agents/agents";
import type { Conversation } from "../api/names";
import { Button } from "../design/controls";
import { Menu, type Choice } from "../design/overlays";
import { useWords } from "../words/words";
import type { Commands } from "./commands";
import { conversationWords } from "./words";

const HOUR = 3_600_000;
const MORNING_HOUR = 9;

interface Props {
  conversation: Conversation;
  commands: Commands;
}

export function Actions({ conversation, commands }: Props) {
  const say = useWords(conversationWords);
  const { holder, status } = conversation;
  const isResolved = status === "STATUS_RESOLVED";
  return (
    <div className="row">
      {!isResolved && holder !== "HOLDER_PERSON" && (
        <Button look="primary" disabled={commands.isRunning} onClick={() => void commands.takeOver()}>
          {say("takeOver")}
        </Button>
      )}
      {!isResolved && holder !== "HOLDER_BOT" && (
        <Button disabled={commands.isRunning} onClick={() => void commands.handBack()}>
          {say("handBack")}
        </Button>
      )}
      {!isResolved && <AssignMenu conversation={conversation} commands={commands} />}
      {!isResolved && <SnoozeMenu conversation={conversation} commands={commands} />}
      <Button disabled={commands.isRunning} onClick={() => void (isResolved ? commands.reopen() : commands.resolve())}>
        {say(isResolved ? "reopen" : "resolve")}
      </Button>
    </div>
  );
}

function AssignMenu({ conversation, commands }: Props) {
  const say = useWords(conversationWords);
  const agents = useAgents().map<Choice>(({ id = "", name = "", open_conversations: open = 0, capacity }) => ({
    label: name,
    onChoose: () => void commands.assign({ assignee_id: id }),
    aside: id === conversation.assignee_id ? "✓" : <span className="quiet">{`${open}/${capacity || 5}`}</span>,
  }));
  const teams = useTeams().map<Choice>(({ id = "", name = "" }) => ({
    label: name,
    onChoose: () => void commands.assign({ team_id: id }),
    aside: id === conversation.team_id ? "✓" : <span className="quiet">{say("teams")}</span>,
  }));
  return <Menu trigger={<Button>{say("assign")} ▾</Button>} heading={say("assign")} choices={[...agents, ...teams]} />;
}

function SnoozeMenu({ conversation, commands }: Props) {
  const say = useWords(conversationWords);
  const choices: Choice[] = [
    { label: say("hour"), onChoose: () => void commands.snooze(new Date(Date.now() + HOUR)) },
    { label: say("tomorrow"), onChoose: () => void commands.snooze(tomorrowMorning()) },
    { label: say("week"), onChoose: () => void commands.snooze(new Date(Date.now() + 7 * 24 * HOUR)) },
  ];
  if (conversation.status === "STATUS_SNOOZED") choices.unshift({ label: say("wake"), onChoose: () => void commands.snooze() });
  return <Menu trigger={<Button>{say("snooze")} ▾</Button>} choices={choices} />;
}

/** In the reader's own zone. */
function tomorrowMorning(): Date {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  date.setHours(MORNING_HOUR, 0, 0, 0);
  return date;
}
