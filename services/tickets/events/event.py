"""What happened, to what: the events of the log and what each says. Ids, labels and numbers;
never text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from services.tickets.deliveries.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, before it has a number."""

    kind: str
    conversation_id: UUID | None = None
    ticket_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


def message_sent(delivery: Delivery) -> Event:
    """All parts of a message were taken by the provider."""
    said = {
        "message_id": str(delivery.message_id),
        "author": delivery.author,
        "answer": delivery.is_answer,
    }
    return Event("message.sent", delivery.conversation_id, data=said)


def message_failed(delivery: Delivery, reason: str, *, perhaps_sent: bool = False) -> Event:
    said: dict[str, Any] = {
        "message_id": str(delivery.message_id),
        "author": delivery.author,
        "answer": delivery.is_answer,
        "reason": reason,
        "perhaps_sent": perhaps_sent,
    }
    return Event("message.failed", delivery.conversation_id, data=said)


def message_receipt(delivery: Delivery, status: str) -> Event:
    """`delivered` or `read`, as the provider says."""
    return Event(
        f"message.{status}", delivery.conversation_id, data={"message_id": str(delivery.message_id)}
    )
