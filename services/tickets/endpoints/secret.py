"""What an endpoint's deliveries are signed with: made here, sealed in its own place."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, NamedTuple

from mesh.ids import uuid7

if TYPE_CHECKING:
    from uuid import UUID

    from services.tickets.channels.sealing import Sealer
    from services.tickets.endpoints.endpoint import Endpoint

_TABLE = "endpoint_secrets"
_BYTES = 32


class SealedSecret(NamedTuple):
    id: UUID
    sealed: bytes


def made(endpoint: Endpoint, sealer: Sealer) -> SealedSecret:
    """A new one, in the form that Standard Webhooks gives it."""
    secret_id = uuid7()
    value = "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    return SealedSecret(
        secret_id, sealer.seal(value, endpoint.tenant_id, _TABLE, str(secret_id), "signing_secret")
    )


def opened(tenant_id: str, secret: SealedSecret, sealer: Sealer) -> str:
    return sealer.open(secret.sealed, tenant_id, _TABLE, str(secret.id), "signing_secret")
