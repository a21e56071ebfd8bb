"""Asking a provider whether it delivers an account's webhooks to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from services.gateway.channels.channel import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where a provider says that it delivers an account's webhooks; no address: it keeps it."""

    is_set: bool
    url: str = ""
    waiting: int = 0
    last_error: str = ""
    last_error_at: datetime | None = None


class SubscribedChannel(Protocol):
    """A channel whose provider can be asked whether it delivers to us."""

    async def subscription(self, account: Account) -> Subscription:
        """Changes nothing there. Raises as `send` does where there is no usable answer."""
