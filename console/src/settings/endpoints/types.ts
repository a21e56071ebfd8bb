/** The events that can be listened to, as the contract names them. */
export const EVENT_TYPES = [
  "conversation.opened", "conversation.updated", "conversation.resolved", "conversation.reopened", "message.received", "message.queued", "message.sent",
  "message.delivered", "message.read", "message.failed", "turn.completed", "handover.requested", "handover.accepted", "handover.released", "ticket.opened",
  "ticket.updated", "ticket.resolved", "ticket.reopened", "sla.at_risk", "sla.breached", "rating.received", "channel.paused", "channel.resumed",
  "reply.tier_changed", "endpoint.disabled", "endpoint.exhausted", "reply.proposed",
] as const;
