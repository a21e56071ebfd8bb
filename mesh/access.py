"""A key, or the mesh's own token, to its caller; and which caller may call what."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import time
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from cassava.tickets.v1 import access_pb2, access_pb2_grpc
from cassava.type.v1 import access_pb2 as type_pb2
from google.protobuf import descriptor_pool

from mesh.errors import InvalidInput, NotAllowed, NotSignedIn, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import grpc
    from google.protobuf.message import Message
    from pydantic import SecretStr

MESH_TOKEN = "x-cassava-mesh-token"  # noqa: S105  # a header's name
_TOKEN_SECONDS = 60
_CLOCK_SKEW_SECONDS = 5
# A peer uses one token for half a minute: checking it once is enough.
_MOST_TOKENS = 256
_KEY_SECONDS = 30.0
# A key stays good this long while tickets cannot be asked: revoked means ended within 60 s.
_STALE_SECONDS = 55.0
_MOST_KEYS = 10_000
_LONGEST_KEY = 200
# Of one tenant at once, so that it cannot take all the room a server has.
_MOST_CALLS = 200
_MOST_STREAMS = 100


class Role(IntEnum):
    """The rights of cassava.type.v1.Caller, by its numbers and names."""

    VIEWER = 1
    AGENT = 2
    ADMIN = 3
    PLATFORM = 4
    INGEST = 5
    MESH = 6


_LADDER = (Role.VIEWER, Role.AGENT, Role.ADMIN, Role.PLATFORM)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. No tenant: the platform, or the mesh itself."""

    tenant_id: str | None
    role: Role
    name: str = ""
    key_id: str = ""


class KeyVerifier(Protocol):
    async def verify(self, key: str) -> Caller:
        """Whose key this is; raises `NotSignedIn` when it is nobody's."""


_caller: ContextVar[Caller | None] = ContextVar("cassava_caller", default=None)


def current_caller() -> Caller:
    """Who made the call that is being answered; raises `NotSignedIn` outside of one."""
    caller = _caller.get()
    if caller is None:
        raise NotSignedIn("there is no caller")
    return caller


class MeshIdentity:
    """One service's proof to the others that it belongs to the mesh: a token of a minute."""

    def __init__(
        self, mesh_key: SecretStr, service: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.service = service
        self._clock = clock
        self._key = hmac.digest(mesh_key.get_secret_value().encode(), b"mesh-token", "sha256")
        self._tokens: dict[str, tuple[float, str]] = {}
        self._verified: dict[str, tuple[float, Caller]] = {}

    def token(self, audience: str) -> str:
        """A token for one service; the same one for half its life."""
        now = self._clock()
        fresh_until, token = self._tokens.get(audience, (0.0, ""))
        if now >= fresh_until:
            token = self._sign({"s": self.service, "a": audience, "e": int(now) + _TOKEN_SECONDS})
            self._tokens[audience] = (now + _TOKEN_SECONDS / 2, token)
        return token

    def verify(self, token: str) -> Caller:
        """The service that made this token for us; raises `NotSignedIn` for any other token."""
        ends_at, caller = self._verified.get(token) or self._read(token)
        if ends_at + _CLOCK_SKEW_SECONDS < self._clock():
            raise NotSignedIn("this token has expired")
        return caller

    def _read(self, token: str) -> tuple[float, Caller]:
        said, _, mac = token.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(said.encode())):
            raise NotSignedIn("this is not a token of the mesh")
        claims = json.loads(base64.urlsafe_b64decode(said))
        if claims["a"] != self.service:
            raise NotSignedIn("this token is for another service")
        if len(self._verified) >= _MOST_TOKENS:
            self._verified.clear()
        self._verified[token] = (claims["e"], Caller(None, Role.MESH, name=claims["s"]))
        return self._verified[token]

    def _sign(self, claims: dict[str, str | int]) -> str:
        said = base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{said.decode()}.{self._mac(said).decode()}"

    def _mac(self, said: bytes) -> bytes:
        return base64.urlsafe_b64encode(hmac.digest(self._key, said, "sha256"))


class RemoteKeys:
    """Asks tickets whose key it is, and remembers for half a minute."""

    def __init__(
        self, channel: grpc.aio.Channel, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._access = access_pb2_grpc.AccessServiceStub(channel)
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

    def _remember(self, hashed: bytes, answer: access_pb2.VerifyKeyResponse) -> Caller:
        caller = Caller(answer.tenant_id or None, Role(answer.role), answer.name, answer.key_id)
        self._known.pop(hashed, None)
        if len(self._known) >= _MOST_KEYS:
            del self._known[next(iter(self._known))]  # the one asked about longest ago
        self._known[hashed] = (self._clock(), caller)
        return caller


class InFlight:
    """How many calls a tenant has running here; streams are counted apart. The mesh is not."""

    def __init__(self, most_calls: int = _MOST_CALLS, most_streams: int = _MOST_STREAMS) -> None:
        self._most = {False: most_calls, True: most_streams}
        self._running: Counter[tuple[str, bool]] = Counter()

    @contextmanager
    def one_more(self, caller: Caller, *, is_stream: bool) -> Iterator[None]:
        """Raises `TooMany` when the tenant has enough running."""
        if caller.tenant_id is None:
            yield
            return
        place = (caller.tenant_id, is_stream)
        if self._running[place] >= self._most[is_stream]:
            raise TooMany("this tenant has too many calls running at once")
        self._running[place] += 1
        try:
            yield
        finally:
            self._running[place] -= 1
            if not self._running[place]:
                del self._running[place]


class Gate:
    """Lets a call in, or says why not."""

    def __init__(
        self, identity: MeshIdentity, keys: KeyVerifier, anonymous_tenant: str | None = None
    ) -> None:
        self._identity = identity
        self._keys = keys
        self._anonymous_tenant = anonymous_tenant
        self.in_flight = InFlight()

    async def admit(self, method: str, metadata: Mapping[str, str], request: Message) -> Caller:
        """Know the caller, check its right, hold the request to its tenant."""
        caller = await self._caller(metadata)
        least = least_caller(method)
        if not may(caller.role, least):
            raise NotAllowed(f"this call needs the right {least.name.lower()}")
        _hold_to_tenant(caller, least, request)
        _caller.set(caller)
        return caller

    async def _caller(self, metadata: Mapping[str, str]) -> Caller:
        if token := metadata.get(MESH_TOKEN):
            return self._identity.verify(token)
        scheme, _, key = metadata.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and 0 < len(key.strip()) <= _LONGEST_KEY:
            return await self._keys.verify(key.strip())
        if scheme or self._anonymous_tenant is None:
            raise NotSignedIn("send your key as `authorization: Bearer <key>`")
        return Caller(self._anonymous_tenant, Role.ADMIN, name="anonymous")


@functools.cache
def least_caller(method: str) -> Role:
    """The right that `/package.Service/Method` asks for; without the option, the mesh's."""
    found = descriptor_pool.Default().FindMethodByName(method.strip("/").replace("/", "."))
    return Role(found.GetOptions().Extensions[type_pb2.least_caller] or Role.MESH)


def may(role: Role, least: Role) -> bool:
    """Whether a role opens a method: the ladder by order, ingest and mesh by name."""
    if role is Role.MESH or role is least:
        return True
    return role in _LADDER and least in _LADDER and role >= least


def _hold_to_tenant(caller: Caller, least: Role, request: Message) -> None:
    if caller.role is Role.MESH or "tenant_id" not in request.DESCRIPTOR.fields_by_name:
        return
    if caller.tenant_id is None:
        if not request.tenant_id and least is not Role.PLATFORM:  # type: ignore[attr-defined]
            raise InvalidInput("a platform key names the tenant", field="tenant_id")
        return
    request.tenant_id = request.tenant_id or caller.tenant_id  # type: ignore[attr-defined]
    if any(named not in ("", caller.tenant_id) for named in _tenants_in(request)):
        raise NotAllowed("this key belongs to another tenant")


def _tenants_in(message: Message) -> set[str]:
    """Every tenant_id in a request: its own and those of the items in it."""
    named: set[str] = set()
    for field, value in message.ListFields():
        if field.name == "tenant_id":
            named.add(value)
        elif field.message_type and not field.message_type.GetOptions().map_entry:
            for item in value if field.is_repeated else (value,):
                named |= _tenants_in(item)
    return named
