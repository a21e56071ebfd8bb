"""What is left of a name that was erased: a mark that only this mesh can make again."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from services.tickets.channels.sealing import Secret


class Tombstones:
    """The key is not in the database: whoever has a dump cannot try telephone numbers on it."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def of_name(self, tenant_id: str, account_id: UUID, alias_hash: bytes) -> bytes:
        return self._mark(tenant_id, account_id.bytes, alias_hash)

    def of_letter(self, tenant_id: str, letter_id: UUID) -> bytes:
        return self._mark(tenant_id, letter_id.bytes)

    def _mark(self, tenant_id: str, *place: bytes) -> bytes:
        return hmac.digest(self._key(), b"\0".join((tenant_id.encode(), *place)), "sha256")
