import { Link, useParams } from "@tanstack/react-router";
import { useAgents, useTeams } from "../agents/agents";
import type { Ticket } from "../api/names";
import { Badge, Empty, Field, Notice } from "../design/controls";
import { Moment } from "../design/times";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useCauses } from "../words/causes";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { Changes } from "./changes";
import { useClocks } from "./clocks";
import { EditForm } from "./edit-form";
import type { TICKET_STATUSES } from "./filters";
import { Moves } from "./moves";
import { STATUS_TONES } from "./page";
import { useTicket, useTicketCommands, type TicketCommands } from "./queries";
import { Countdown } from "./sla-clock";
import "./tickets.css";
import { ticketWords } from "./words";

export default function TicketPage() {
  const common = useWords(commonWords);
  const { ticketId } = useParams({ from: "/tickets/$ticketId" });
  const { data: ticket, error } = useTicket(ticketId);
  if (error) return <Notice tone="bad">{common("failed", { why: error.message })}</Notice>;
  return ticket ? <Case key={ticketId} ticket={ticket} /> : <Empty>{common("loading")}</Empty>;
}

function Case({ ticket }: { ticket: Ticket }) {
  const say = useWords(ticketWords);
  const commands = useTicketCommands(ticket);
  const mayWrite = useMay("agent");
  const { conversation_id: conversation, id = "", number, status, subject } = ticket;
  return (
    <div className="page ticket">
      <header>
        <h1>
          <span className="quiet">{`#${number ?? 0}`}</span> <span dir="auto">{subject || say("noSubject")}</span>
        </h1>
        <Badge tone={status && STATUS_TONES[status]}>{status ? say(status as (typeof TICKET_STATUSES)[number]) : ""}</Badge>
        {mayWrite && <Moves ticket={ticket} commands={commands} />}
      </header>
      <div className="ticket-parts">
        <div className="stack">
          {mayWrite && <EditForm ticket={ticket} commands={commands} />}
          <Changes ticketId={id} />
        </div>
        <aside className="card stack" aria-label={say("details")}>
          {conversation && (
            <Link className="button" to="/conversations/$conversationId" params={{ conversationId: conversation }}>
              {say("conversation")}
            </Link>
          )}
          {mayWrite && <Assignment ticket={ticket} commands={commands} />}
          <Facts ticket={ticket} />
          <Promises ticketId={id} />
        </aside>
      </div>
    </div>
  );
}

function Facts({ ticket }: { ticket: Ticket }) {
  const say = useWords(ticketWords);
  const term = useTerms();
  const { cause, create_time: opened, custom_fields: fields = {}, escalation, links = [], resolve_time: resolved } = ticket;
  const named = useCauses();
  const causes = `HANDOVER_CAUSE_${(cause ?? "").toUpperCase()}`;
  return (
    <dl className="facts">
      <div><dt>{say("opened")}</dt><dd><Moment time={opened} /></dd></div>
      {resolved && <div><dt>{say("STATUS_RESOLVED")}</dt><dd><Moment time={resolved} /></dd></div>}
      {cause && <div><dt>{say("cause")}</dt><dd>{term(causes)}</dd></div>}
      {escalation ? <div><dt>{say("escalated")}</dt><dd>{escalation}</dd></div> : null}
      {Object.entries(fields).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      {links.map(({ kind, number, ticket_id: other = "" }) => (
        <div key={other}>
          <dt>{named(kind)}</dt>
          <dd><Link to="/tickets/$ticketId" params={{ ticketId: other }}>{`#${number ?? 0}`}</Link></dd>
        </div>
      ))}
    </dl>
  );
}

function Promises({ ticketId }: { ticketId: string }) {
  const term = useTerms();
  const named = useCauses();
  const clocks = useClocks(ticketId);
  return (
    <ul className="stack">
      {clocks.map((clock) => (
        <li key={clock.id} className="row">
          {clock.state === "STATE_RUNNING" ? <Countdown clock={clock} /> : <Badge>{named(clock.state)}</Badge>} {term(clock.kind)}
        </li>
      ))}
    </ul>
  );
}

function Assignment({ ticket, commands }: { ticket: Ticket; commands: TicketCommands }) {
  const say = useWords(ticketWords);
  const common = useWords(commonWords);
  const agents = useAgents();
  const teams = useTeams();
  const held = ticket.assignee_id ? `agent ${ticket.assignee_id}` : ticket.team_id ? `team ${ticket.team_id}` : "";
  function assign(to: string) {
    const [kind, id = ""] = to.split(" ");
    void commands.assign(kind === "agent" ? { assignee_id: id } : kind === "team" ? { team_id: id } : {});
  }
  return (
    <Field label={say("assignee")}>
      {(given) => (
        <select {...given} className="input" value={held} disabled={commands.isChanging} onChange={(event) => { assign(event.target.value); }}>
          <option value="">{common("nobody")}</option>
          <optgroup label={say("people")}>{agents.map(({ id, name }) => <option key={id} value={`agent ${id ?? ""}`}>{name}</option>)}</optgroup>
          <optgroup label={say("teams")}>{teams.map(({ id, name }) => <option key={id} value={`team ${id ?? ""}`}>{name}</option>)}</optgroup>
        </select>
      )}
    </Field>
  );
}
