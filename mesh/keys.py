"""Whose key it is, asked of tickets: what every other service checks keys with."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from cassava.tickets.v1 import access_pb2, access_pb2_grpc, tenant_pb2, tenant_pb2_grpc

from mesh.access import Caller, Role
from mesh.errors import NotSignedIn, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

_KEY_SECONDS = 30.0
# A key stays good this long while tickets cannot be asked: revoked means ended within 60 s.
_STALE_SECONDS = 55.0
_MOST_KEYS = 10_000
_LONGEST_NAME, _LONGEST_TENANT = 300, 100


class RemoteKeys:
    """Asks tickets whose key it is, and remembers for half a minute."""

    def __init__(
        self, channel: grpc.aio.Channel, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._access = access_pb2_grpc.AccessServiceStub(channel)
        self._tenants = tenant_pb2_grpc.TenantServiceStub(channel)
        self._known: dict[bytes, tuple[float, Caller]] = {}

    async def verify(self, key: str) -> Caller:
        """Whose key this is; raises `NotSignedIn`, or `Unavailable` when nobody can say."""
        hashed = hashlib.sha256(key.encode()).digest()
        asked_at, caller = self._known.get(hashed, (0.0, None))
        age = self._clock() - asked_at
        if caller is not None and age < _KEY_SECONDS:
            return caller
        try:
            answer = await self._access.VerifyKey(access_pb2.VerifyKeyRequest(key=key))
        except Unavailable:
            if caller is not None and age < _STALE_SECONDS:
                return caller
            raise
        except NotSignedIn:
            self._known.pop(hashed, None)
            raise
        return self._remember(hashed, answer)

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Into the audit log of the caller's own tenant."""
        if caller.tenant_id is None:
            return
        await self._access.RecordDenial(
            access_pb2.RecordDenialRequest(
                tenant_id=caller.tenant_id,
                key_id=caller.key_id,
                name=caller.name,
                method=method[:_LONGEST_NAME],
                named=named[:_LONGEST_TENANT],
            )
        )

    async def check_tenant(self, tenant_id: str) -> None:
        """Raise `NotFound` where there is none of this name."""
        await self._tenants.GetTenant(tenant_pb2.GetTenantRequest(tenant_id=tenant_id))

    def _remember(self, hashed: bytes, answer: access_pb2.VerifyKeyResponse) -> Caller:
        caller = Caller(answer.tenant_id or None, Role(answer.role), answer.name, answer.key_id)
        self._known.pop(hashed, None)
        if len(self._known) >= _MOST_KEYS:
            del self._known[next(iter(self._known))]  # the one asked about longest ago
        self._known[hashed] = (self._clock(), caller)
        return caller
