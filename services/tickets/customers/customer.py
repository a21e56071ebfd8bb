"""One person behind many aliases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class CustomerNotFound(NotFound):
    def __init__(self, customer_id: UUID) -> None:
        super().__init__(f"no customer {customer_id}")


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that one channel knows a customer by."""

    kind: str
    value: str
    account_id: UUID


@dataclass(frozen=True, slots=True)
class Customer:
    id: UUID
    tenant_id: str
    name: str
    created_at: datetime
    is_marketing_stopped: bool = False
    aliases: tuple[Alias, ...] = ()
