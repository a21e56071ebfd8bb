/** From a number to the conversations behind it. */
import type { Dashboard } from "../api/names";
import type { Filters } from "../inbox/filters";

/** Those that were opened in the dashboard's period. */
export function opened({ from, to }: Pick<Dashboard, "from" | "to">): Filters {
  return { ...(from && { opened_after: from }), ...(to && { opened_before: to }) };
}

/** A label of the dashboard as the contract's enums write it: `high` is `URGENCY_HIGH`. */
export function member(prefix: string, label: string | undefined): string {
  return `${prefix}_${(label ?? "").toUpperCase()}`;
}
