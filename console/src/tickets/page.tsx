import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useAgents, useTeams } from "../agents/agents";
import type { Ticket, TicketStatus } from "../api/names";
import { Badge, Field, type Tone } from "../design/controls";
import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { URGENCIES } from "../inbox/filters";
import { URGENCY_TONES } from "../inbox/row";
import { commonWords } from "../words/common";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { dense, TICKET_STATUSES, type TicketFilters } from "./filters";
import { useTickets } from "./queries";
import { SlaClock } from "./sla-clock";
import { ticketWords } from "./words";

export const STATUS_TONES: Partial<Record<TicketStatus, Tone>> = { STATUS_OPEN: "info", STATUS_WAITING: "warn", STATUS_RESOLVED: "good" };

/** Every case that needs a person. */
export default function Tickets() {
  const say = useWords(ticketWords);
  const filters = useSearch({ from: "/tickets" });
  const list = useTickets(filters);
  const tickets = list.data?.pages.flatMap((page) => page.tickets ?? []) ?? [];
  return (
    <div className="page">
      <header>
        <h1>{say("title")}</h1>
      </header>
      <FilterRow filters={filters} />
      <Listing list={list} isEmpty={tickets.length === 0} empty={say("none")}>
        <table className="table">
          <thead>
            <tr>
              {(["number", "subject", "priority", "status", "assignee", "promise", "opened"] as const).map((word) => (
                <th key={word} scope="col">{say(word)}</th>
              ))}
            </tr>
          </thead>
          <tbody>{tickets.map((ticket) => <TicketRow key={ticket.id} ticket={ticket} />)}</tbody>
        </table>
      </Listing>
    </div>
  );
}

function TicketRow({ ticket }: { ticket: Ticket }) {
  const say = useWords(ticketWords);
  const term = useTerms();
  const agents = useAgents();
  const teams = useTeams();
  const { assignee_id: assignee, id = "", number, priority, status, subject, team_id: team } = ticket;
  return (
    <tr>
      <td className="quiet">{`#${number ?? 0}`}</td>
      <th scope="row" className="subject">
        <Link to="/tickets/$ticketId" params={{ ticketId: id }}>
          <span dir="auto">{subject || say("noSubject")}</span>
        </Link>
      </th>
      <td><Badge tone={priority && URGENCY_TONES[priority]}>{term(priority)}</Badge></td>
      <td><Badge tone={status && STATUS_TONES[status]}>{status ? say(status as (typeof TICKET_STATUSES)[number]) : ""}</Badge></td>
      <td>{agents.find((each) => each.id === assignee)?.name ?? teams.find((each) => each.id === team)?.name ?? "–"}</td>
      <td>{status === "STATUS_RESOLVED" ? null : <SlaClock ticketId={id} />}</td>
      <td className="quiet"><Ago time={ticket.create_time} /></td>
    </tr>
  );
}

function FilterRow({ filters }: { filters: TicketFilters }) {
  const say = useWords(ticketWords);
  const common = useWords(commonWords);
  const term = useTerms();
  const navigate = useNavigate({ from: "/tickets" });
  const named = (found: { id?: string; name?: string }[]) => found.map(({ id = "", name = "" }) => [id, name] as const);
  const choices = [
    ["status", say("status"), TICKET_STATUSES.map((each) => [each, say(each)] as const)],
    ["priority", say("priority"), URGENCIES.map((each) => [each, term(each)] as const)],
    ["assignee_id", say("assignee"), named(useAgents())],
    ["team_id", say("team"), named(useTeams())],
  ] as const;
  const set = (name: string, value: string) => void navigate({ search: dense({ ...filters, [name]: value }) });
  return (
    <div className="filter-row" role="search" aria-label={say("title")}>
      {choices.map(([name, label, options]) => (
        <Field key={name} label={label}>
          {(given) => (
            <select {...given} className="input" value={filters[name] ?? ""} onChange={(event) => { set(name, event.target.value); }}>
              <option value="">{common("any")}</option>
              {options.map(([value, shown]) => <option key={value} value={value}>{shown}</option>)}
            </select>
          )}
        </Field>
      ))}
      <Field label={say("number")}>
        {(given) => (
          <input {...given} className="input" type="number" min={1} defaultValue={filters.number} onBlur={(event) => { set("number", event.target.value); }} onKeyDown={(event) => { if (event.key === "Enter") set("number", event.currentTarget.value); }} />
        )}
      </Field>
    </div>
  );
}
