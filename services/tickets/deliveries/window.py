"""Whether a channel still lets us write freely: WhatsApp, 24 hours from the customer's words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

# Meta, "Send messages": outside the customer-service window only templates, else error 131047.
_OPEN_FOR = {"whatsapp": timedelta(hours=24)}
# The provider's clock, not ours, decides; what leaves this late would arrive too late.
_MARGIN = timedelta(seconds=30)


class WindowClosed(Conflict):
    def __init__(self, closed_at: datetime) -> None:
        super().__init__(
            f"the customer's 24 hours ended at {closed_at:%Y-%m-%d %H:%M} UTC: send an approved"
            " template (content.template), or wait until they write"
        )


def closes_at(channel: str, last_customer_at: datetime | None) -> datetime | None:
    """None: the channel has no such rule, or nobody wrote yet and the provider decides."""
    span = _OPEN_FOR.get(channel)
    return last_customer_at + span if span and last_customer_at else None


def is_closed(channel: str, last_customer_at: datetime | None, now: datetime) -> bool:
    closing = closes_at(channel, last_customer_at)
    return closing is not None and now > closing - _MARGIN
