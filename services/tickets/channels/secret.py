"""An account's secrets between the contract and their sealed rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.ids import uuid7
from services.tickets.channels.channel_account import FOUND_BY

if TYPE_CHECKING:
    from uuid import UUID

    from services.tickets.channels.channel_account import ChannelAccount
    from services.tickets.channels.sealing import Sealer

_TABLE = "channel_secrets"


@dataclass(frozen=True, slots=True)
class SealedSecret:
    id: UUID
    account_id: UUID
    kind: str
    sealed: bytes
    hash: bytes | None = None


def seal(
    account: ChannelAccount, secrets: dict[str, list[str]], sealer: Sealer
) -> list[SealedSecret]:
    """One row a value; tokens that an account is found by are hashed too."""
    return [
        _sealed(account, kind, value, sealer)
        for kind, values in secrets.items()
        for value in values
    ]


def unseal(tenant_id: str, secret: SealedSecret, sealer: Sealer) -> str:
    return sealer.open(secret.sealed, tenant_id, _TABLE, str(secret.id), secret.kind)


def token_hash(value: str) -> bytes:
    """How a token is looked up while nobody's tenant is known."""
    return hashlib.sha256(value.encode()).digest()


def _sealed(account: ChannelAccount, kind: str, value: str, sealer: Sealer) -> SealedSecret:
    secret_id = uuid7()
    sealed = sealer.seal(value, account.tenant_id, _TABLE, str(secret_id), kind)
    found_by = token_hash(value) if kind in FOUND_BY else None
    return SealedSecret(secret_id, account.id, kind, sealed, found_by)
