"""One person behind many aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mesh.errors import ChangedMeanwhile, InvalidInput, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class CustomerNotFound(NotFound):
    def __init__(self, customer_id: UUID) -> None:
        super().__init__(f"no customer {customer_id}")


class CustomerChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, customer_id: UUID) -> None:
        super().__init__(f"customer {customer_id} changed since it was read")


def check_two(customer_id: UUID, other_id: UUID) -> None:
    """Raise `InvalidInput` unless a merge names two customers."""
    if customer_id == other_id:
        raise InvalidInput(
            "a customer is not merged with itself; name another", field="other_customer_id"
        )


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that one channel knows a customer by."""

    kind: str
    value: str
    account_id: UUID


@dataclass(frozen=True, slots=True)
class History:
    """What there was with a customer so far, under whichever name."""

    conversations: int
    open_conversations: int
    tickets: int
    open_tickets: int
    first_message_at: datetime | None
    last_message_at: datetime | None


@dataclass(frozen=True, slots=True)
class Customer:
    id: UUID
    tenant_id: str
    name: str
    created_at: datetime
    is_marketing_stopped: bool = False
    aliases: tuple[Alias, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    def expect(self, etag: str) -> None:
        """Raise `CustomerChangedMeanwhile` unless the caller saw this version, or named none."""
        if etag not in ("", str(self.version)):
            raise CustomerChangedMeanwhile(self.id)
