/** Which cases are listed, as it stands in the address. */
import type { TicketStatus, Urgency } from "../api/names";
import { URGENCIES } from "../inbox/filters";

export const TICKET_STATUSES = ["STATUS_OPEN", "STATUS_WAITING", "STATUS_RESOLVED"] as const satisfies TicketStatus[];

export interface TicketFilters {
  status?: TicketStatus;
  priority?: Urgency;
  team_id?: string;
  assignee_id?: string;
  category?: string;
  number?: number;
  unassigned?: boolean;
}

export function ticketFiltersFrom(search: Record<string, unknown>): TicketFilters {
  const { status, priority, number, team_id: team, assignee_id: assignee, category } = search;
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  return dense({
    status: TICKET_STATUSES.find((each) => each === status),
    priority: URGENCIES.find((each) => each === priority),
    team_id: text(team),
    assignee_id: text(assignee),
    category: text(category),
    number: Number.isInteger(Number(number)) && Number(number) > 0 ? Number(number) : undefined,
    unassigned: search["unassigned"] === true || undefined,
  });
}

/** An empty filter is none, also in the address. */
export function dense(filters: { [Name in keyof TicketFilters]: TicketFilters[Name] | undefined | "" }): TicketFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) as TicketFilters;
}
