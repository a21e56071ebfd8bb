import type { LiveEvent } from "./connection";

/** Which answers an event makes old, by their query keys. */
export function staleAfter(event: LiveEvent): string[][] {
  const keys: string[][] = [];
  const { conversation_id: conversation, ticket_id: ticket } = event;
  if (conversation) keys.push(["conversation", conversation]);
  if (ticket) keys.push(["ticket", ticket], ["clocks", ticket]);
  if (event.type.startsWith("ticket.") || event.type.startsWith("sla.")) keys.push(["tickets"]);
  if (event.type === "agent.updated") keys.push(["agents"]);
  if (event.type.startsWith("channel.")) keys.push(["channels"], ["channel"]);
  if (event.type.startsWith("endpoint.")) keys.push(["endpoints"], ["endpoint"]);
  if (event.type === "reply.tier_changed") keys.push(["health"]);
  return keys;
}
