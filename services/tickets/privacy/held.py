"""Everything that is held on a customer, children before what they belong to: what an export reads
and an erasure deletes. A test compares it with the tables there are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """Rows `x` of one table: those of conversations `$1`, or of the person whose ids are `$2`.

    Statements are made of the words below alone; no value is ever part of one.
    """

    name: str
    table: str
    whose: str
    order: str
    returning: str = "tenant_id"

    @property
    def delete(self) -> str:
        """At most `$3` rows."""
        chosen = ("SELECT x.ctid FROM", self.table, "x", self.whose, "LIMIT $3")
        which = " ".join(("ctid = ANY(ARRAY(", *chosen, "))"))
        return " ".join(("DELETE FROM", self.table, "WHERE", which, "RETURNING", self.returning))

    @property
    def select(self) -> str:
        """At most `$3` rows from the `$4`th on."""
        chosen = ("SELECT x.* FROM", self.table, "x", self.whose)
        return " ".join((*chosen, "ORDER BY", self.order, "LIMIT $3 OFFSET $4"))


# Every statement takes both arguments, so every one names both.
_CONVERSATION = "WHERE x.conversation_id = ANY($1::uuid[]) AND $2::uuid[] IS NOT NULL"
_CUSTOMER = "WHERE x.customer_id = ANY($2::uuid[]) AND $1::uuid[] IS NOT NULL"
_ITSELF = "WHERE x.id = ANY($1::uuid[]) AND $2::uuid[] IS NOT NULL"
_MESSAGE = """JOIN messages m ON m.id = x.message_id
 WHERE m.conversation_id = ANY($1::uuid[]) AND $2::uuid[] IS NOT NULL"""
_DELIVERY = """JOIN deliveries d ON d.id = x.delivery_id
 WHERE d.conversation_id = ANY($1::uuid[]) AND $2::uuid[] IS NOT NULL"""
_TURN = """JOIN turns t ON t.id = x.turn_id
 WHERE t.conversation_id = ANY($1::uuid[]) AND $2::uuid[] IS NOT NULL"""
_TICKET = """WHERE $2::uuid[] IS NOT NULL AND EXISTS (SELECT 1 FROM tickets t
 WHERE t.id IN (x.ticket_id, x.other_id) AND t.conversation_id = ANY($1::uuid[]))"""
_BY_TIME = "x.created_at, x.id"
_BY_PLACE = "x.message_id, x.position"

MESSAGES = Held("messages", "messages", _CONVERSATION, _BY_TIME, "author, body")
FILES = Held("attachment_pieces", "media_chunks", _MESSAGE, "x.message_id, x.position, x.start")
QUEUE = Held("queued", "conv_queue", _CONVERSATION, "x.conversation_id")
EVERYTHING = (
    QUEUE,
    Held("receipts", "receipts", _DELIVERY, "x.delivery_id, x.attempt, x.status"),
    Held("delivery_attempts", "delivery_attempts", _DELIVERY, "x.delivery_id, x.attempt"),
    Held("deliveries", "deliveries", _CONVERSATION, _BY_TIME),
    FILES,
    Held("attachments", "media", _MESSAGE, _BY_PLACE),
    Held("message_revisions", "message_revisions", _MESSAGE, "x.message_id, x.revision"),
    Held("turn_steps", "turn_steps", _TURN, "x.turn_id, x.generation, x.step"),
    Held("turns", "turns", _CONVERSATION, "x.opened_at, x.id"),
    Held("rating_requests", "rating_requests", _CONVERSATION, "x.asked_at, x.message_id"),
    Held("ratings", "ratings", _CONVERSATION, "x.resolved_at, x.conversation_id"),
    Held("sla_clocks", "sla_clocks", _CONVERSATION, "x.started_at, x.id"),
    Held("ticket_links", "ticket_links", _TICKET, "x.ticket_id, x.other_id"),
    Held("tickets", "tickets", _CONVERSATION, _BY_TIME),
    Held("conversation_tags", "conversation_tags", _CONVERSATION, "x.conversation_id, x.tag"),
    MESSAGES,
    Held("conversations", "conversations", _ITSELF, _BY_TIME),
    Held("notes", "inbound_notes", _CUSTOMER, _BY_TIME),
    Held("aliases", "customer_aliases", _CUSTOMER, "x.kind, x.value, x.account_id"),
)
