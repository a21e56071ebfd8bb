"""AccessService: keys, whose they are, and the short tokens of browsers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cassava.tickets.v1 import access_pb2 as pb
from cassava.tickets.v1 import access_pb2_grpc as rpc

from mesh import pages
from mesh.access import Caller, Role, current_caller
from mesh.errors import InvalidInput
from mesh.times import from_timestamp, to_timestamp
from mesh.transactions import RequestIdReused, change, read
from services.tickets.access import key as keys
from services.tickets.access import live_token, wire
from services.tickets.access.key import Key, KeyRefused
from services.tickets.access.live_token import LIFE, LiveToken, LiveTokenInvalid
from services.tickets.access.store import KeyStore, LiveTokenStore
from services.tickets.audit.denials import record_denial
from services.tickets.audit.store import AuditStore
from services.tickets.tenants.store import TenantStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import grpc

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.channels.sealing import Secret

_LIFE_OF_A_KEY = timedelta(days=365)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class KeyRing:
    """Knows whose key it is, from the record and without a network."""

    def __init__(
        self, pool: Pool, pepper: Secret, platform_key: str | None, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._pepper = pepper
        self._now = now
        self._platform_key = platform_key

    async def verify(self, key: str) -> Caller:
        """Whose key this is; raises `NotSignedIn` with the same words whatever is wrong."""
        found = await self.find(key)
        return Caller(found.tenant_id or None, Role[found.role.upper()], found.name, found.id)

    async def find(self, text: str) -> Key:
        """The same steps for a good key, a wrong secret and an unknown id."""
        if self._is_platforms(text):
            return Key("platform", "", "platform", "platform", b"", _FOREVER)
        shown = keys.parsed(text) or keys.Shown("", "")
        async with self._pool.transaction(None, readonly=True) as connection:
            store = KeyStore(connection)
            found = await store.known(shown.id, await store.tenant_of(shown.id))
        is_right = keys.is_same(keys.hashed(self._pepper(), shown), found.hash if found else b"")
        if found is None or not is_right or not found.opens_at(self._now()):
            raise KeyRefused
        return found

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Another tenant was named: into the audit log of the caller's own."""
        await record_denial(self._pool, caller, method, named)

    async def check_tenant(self, tenant_id: str) -> None:
        """Raises `TenantNotFound`."""
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            await TenantStore(connection).get(tenant_id)

    async def still_opens(self, caller: Caller) -> bool:
        """Whether a long call of this caller may go on. The mesh and the platform may."""
        if caller.tenant_id is None or not caller.key_id:
            return True
        async with self._pool.transaction(caller.tenant_id, readonly=True) as connection:
            found = await KeyStore(connection).known(caller.key_id, caller.tenant_id)
        return found is not None and found.opens_at(self._now())

    def _is_platforms(self, text: str) -> bool:
        if self._platform_key is None:
            return False
        return keys.is_same(self._hash_of_text(text), self._hash_of_text(self._platform_key))

    def _hash_of_text(self, text: str) -> bytes:
        return keys.hashed(self._pepper(), keys.Shown("platform", text))


class AccessServicer(rpc.AccessServiceServicer):
    def __init__(
        self, pool: Pool, pages: Pages, ring: KeyRing, pepper: Secret, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._pages = pages
        self._ring = ring
        self._pepper = pepper
        self._now = now

    async def CreateKey(
        self,
        request: pb.CreateKeyRequest,
        context: grpc.aio.ServicerContext[pb.CreateKeyRequest, Awaitable[pb.CreateKeyResponse]],
    ) -> pb.CreateKeyResponse:
        """Not a `@change`: that would keep the answer, which holds the secret, for a day."""
        shown = keys.made()
        if request.request_id:
            shown = keys.made_for(self._pepper(), request.tenant_id, request.request_id)
        expires_at = from_timestamp(request.expire_time) or self._now() + _LIFE_OF_A_KEY
        if expires_at <= self._now():
            raise InvalidInput("a key expires later than now", field="expire_time")
        role = wire.role_from_proto(request.role)
        hashed = keys.hashed(self._pepper(), shown)
        wanted = Key(shown.id, request.tenant_id, role, request.name, hashed, expires_at)
        async with self._pool.transaction(request.tenant_id) as connection:
            await TenantStore(connection).get(request.tenant_id)
            key = await KeyStore(connection).open(wanted)
            if (key.role, key.name) != (wanted.role, wanted.name):
                raise RequestIdReused
            await _note(connection, key, "key.created")
        return pb.CreateKeyResponse(key=wire.key_to_proto(key), secret=shown.text)

    @read
    async def ListKeys(
        self, request: pb.ListKeysRequest, connection: Connection
    ) -> pb.ListKeysResponse:
        size, position = pages.size(request.page_size), self._pages.unsign(request)
        after = (datetime.fromisoformat(str(position[0])), str(position[1])) if position else None
        found = await KeyStore(connection).page(after, size + 1)
        response = pb.ListKeysResponse(keys=[wire.key_to_proto(key) for key in found[:size]])
        if len(found) > size and (last := found[size - 1]).created_at:
            response.next_page_token = self._pages.sign(
                request, last.created_at.isoformat(), last.id
            )
        return response

    @change
    async def RevokeKey(
        self, request: pb.RevokeKeyRequest, connection: Connection
    ) -> pb.RevokeKeyResponse:
        key = await KeyStore(connection).revoke(request.key_id)
        await _note(connection, key, "key.revoked")
        return pb.RevokeKeyResponse(key=wire.key_to_proto(key))

    async def IssueLiveToken(
        self,
        request: pb.IssueLiveTokenRequest,
        context: grpc.aio.ServicerContext[
            pb.IssueLiveTokenRequest, Awaitable[pb.IssueLiveTokenResponse]
        ],
    ) -> pb.IssueLiveTokenResponse:
        caller, token = current_caller(), live_token.made()
        expires_at = self._now() + LIFE
        issued = LiveToken(
            *(request.tenant_id, live_token.hashed(token), caller.role.name.lower()),
            *(caller.key_id if caller.tenant_id else "", expires_at),
        )
        async with self._pool.transaction(request.tenant_id) as connection:
            await LiveTokenStore(connection).open(issued)
        return pb.IssueLiveTokenResponse(token=token, expire_time=to_timestamp(expires_at))

    async def VerifyKey(
        self,
        request: pb.VerifyKeyRequest,
        context: grpc.aio.ServicerContext[pb.VerifyKeyRequest, Awaitable[pb.VerifyKeyResponse]],
    ) -> pb.VerifyKeyResponse:
        return wire.verified_to_proto(await self._ring.find(request.key))

    async def CheckKey(
        self,
        request: pb.CheckKeyRequest,
        context: grpc.aio.ServicerContext[pb.CheckKeyRequest, Awaitable[pb.CheckKeyResponse]],
    ) -> pb.CheckKeyResponse:
        holder = Caller(request.tenant_id, Role.VIEWER, key_id=request.key_id)
        if not await self._ring.still_opens(holder):
            raise KeyRefused
        return pb.CheckKeyResponse()

    async def RecordDenial(
        self,
        request: pb.RecordDenialRequest,
        context: grpc.aio.ServicerContext[
            pb.RecordDenialRequest, Awaitable[pb.RecordDenialResponse]
        ],
    ) -> pb.RecordDenialResponse:
        caller = Caller(request.tenant_id, Role.VIEWER, request.name, request.key_id)
        await self._ring.denied(caller, request.method, request.named)
        return pb.RecordDenialResponse()

    async def RecordAction(
        self,
        request: pb.RecordActionRequest,
        context: grpc.aio.ServicerContext[
            pb.RecordActionRequest, Awaitable[pb.RecordActionResponse]
        ],
    ) -> pb.RecordActionResponse:
        async with self._pool.transaction(request.tenant_id) as connection:
            await AuditStore(connection).append_as(
                *(request.tenant_id, request.actor, request.action),
                *(request.subject, request.detail),
            )
        return pb.RecordActionResponse()

    async def RedeemLiveToken(
        self,
        request: pb.RedeemLiveTokenRequest,
        context: grpc.aio.ServicerContext[
            pb.RedeemLiveTokenRequest, Awaitable[pb.RedeemLiveTokenResponse]
        ],
    ) -> pb.RedeemLiveTokenResponse:
        async with self._pool.transaction(None) as connection:
            used = await LiveTokenStore(connection).use(
                live_token.hashed(request.token), self._now()
            )
            if used.key_id:
                key = await KeyStore(connection).known(used.key_id, used.tenant_id)
                if key is None or not key.opens_at(self._now()):
                    raise LiveTokenInvalid
        return pb.RedeemLiveTokenResponse(
            tenant_id=used.tenant_id, role=wire.role_to_proto(used.role), key_id=used.key_id
        )


async def _note(connection: Connection, key: Key, action: str) -> None:
    detail = f"{key.role} {key.name}".strip()
    await AuditStore(connection).append(key.tenant_id, current_caller(), action, key.id, detail)
