import { useState } from "react";
import type { Ticket } from "../api/names";
import { Button, Field } from "../design/controls";
import { Dialog } from "../design/overlays";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import type { TicketCommands } from "./queries";
import { ticketWords } from "./words";

type Move = "resolve" | "reopen" | "wait" | "resume";

const ALLOWED: Partial<Record<NonNullable<Ticket["status"]>, Move[]>> = {
  STATUS_OPEN: ["wait", "resolve"],
  STATUS_WAITING: ["resume", "resolve"],
  STATUS_RESOLVED: ["reopen"],
};

/** What the case can do next, and nothing else. */
export function Moves({ ticket, commands }: { ticket: Ticket; commands: TicketCommands }) {
  const say = useWords(ticketWords);
  const [isEscalating, escalate] = useState(false);
  const allowed = (ticket.status && ALLOWED[ticket.status]) ?? [];
  return (
    <>
      {ticket.status !== "STATUS_RESOLVED" && <Button disabled={commands.isChanging} onClick={() => { escalate(true); }}>{say("escalate")}</Button>}
      {allowed.map((move) => (
        <Button key={move} {...(move === "resolve" && { look: "primary" })} disabled={commands.isChanging} onClick={() => void commands[move]()}>
          {say(move)}
        </Button>
      ))}
      <Dialog open={isEscalating} onClose={() => { escalate(false); }} title={say("escalate")}>
        <Escalation commands={commands} onDone={() => { escalate(false); }} />
      </Dialog>
    </>
  );
}

function Escalation({ commands, onDone }: { commands: TicketCommands; onDone: () => void }) {
  const say = useWords(ticketWords);
  const common = useWords(commonWords);
  const [reason, setReason] = useState("");
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void commands.escalate(reason.trim()).then(onDone); }}>
      <Field label={say("reason")} hint={say("reasonHint")}>
        {(given) => <textarea {...given} className="input" maxLength={500} value={reason} onChange={(event) => { setReason(event.target.value); }} />}
      </Field>
      <div className="actions">
        <Button onClick={onDone}>{common("cancel")}</Button>
        <Button type="submit" look="primary" disabled={commands.isChanging}>{say("escalate")}</Button>
      </div>
    </form>
  );
}
