"""A key, or the mesh's own token, to its caller; and which caller may call what."""

from __future__ import annotations

import base64
import functools
import hmac
import json
import re
import time
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

from cassava.type.v1 import access_pb2 as type_pb2
from google.protobuf import descriptor_pool

from mesh import logs
from mesh.enums import leading_to
from mesh.errors import InvalidInput, MeshError, NotAllowed, NotSignedIn
from mesh.in_flight import InFlight

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from google.protobuf.message import Message
    from pydantic import SecretStr

    from mesh.certificates import Certificates
    from mesh.guesses import Guesses
    from mesh.quota import Quota

log = logs.get(__name__)

MESH_TOKEN = "x-cassava-mesh-token"  # noqa: S105  # a header's name
_TOKEN_SECONDS = 60
_CLOCK_SKEW_SECONDS = 5
# A peer uses one token for half a minute: checking it once is enough.
_MOST_TOKENS = 256
_LONGEST_KEY = 200
_MOST_MET = 10_000  # tenants
_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_ITS_OWN = frozenset({"tenant_id"})


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

    @property
    def signature(self) -> str:
        """As the audit log names an actor."""
        return " ".join(part for part in (self.key_id, self.name) if part) or self.role.name.lower()


class OtherTenant(NotAllowed):
    """The same words whether that tenant exists or not."""

    def __init__(self, named: str) -> None:
        super().__init__("this key belongs to another tenant")
        self.reason = "NOT_ALLOWED"
        self.named = named


class KeyVerifier(Protocol):
    async def verify(self, key: str) -> Caller:
        """Whose key this is; raises `NotSignedIn` when it is nobody's."""

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Another tenant was named, and refused: for the caller's audit log."""

    async def check_tenant(self, tenant_id: str) -> None:
        """Raise `NotFound` where there is none of this name."""


_caller: ContextVar[Caller | None] = ContextVar("cassava_caller", default=None)


def current_caller() -> Caller:
    """Who made the call that is being answered; raises `NotSignedIn` outside of one."""
    caller = _caller.get()
    if caller is None:
        raise NotSignedIn("there is no caller")
    return caller


class MeshIdentity:
    """One service's proof to the others that it belongs to the mesh: a token of a minute.

    Where there are certificates a token counts only beside its maker's: whoever has the key alone
    opens nothing, and what came in by the edge is never one of us.
    """

    def __init__(
        self,
        mesh_key: SecretStr,
        service: str,
        certificates: Certificates | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.service = service
        self.certificates = certificates
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

    def verify(self, token: str, shown: Collection[str] | None = None) -> Caller:
        """The service that made this token for us; raises `NotSignedIn` for any other token.

        `shown` are the names on the caller's certificate.
        """
        ends_at, caller = self._verified.get(token) or self._read(token)
        if ends_at + _CLOCK_SKEW_SECONDS < self._clock():
            raise NotSignedIn("this token has expired")
        if self.certificates is not None and caller.name not in (shown or ()):
            raise NotSignedIn("this token is not of the certificate's owner")
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


class Gate:
    """Lets a call in, or says why not."""

    def __init__(
        self,
        identity: MeshIdentity,
        keys: KeyVerifier,
        quota: Quota,
        guesses: Guesses,
        anonymous_tenant: str | None = None,
    ) -> None:
        self._identity = identity
        self._keys = keys
        self._quota = quota
        self._anonymous_tenant = anonymous_tenant
        self._guesses = guesses
        self._met: set[str] = set()  # for good: tenants are archived, never deleted
        self.shows_names = identity.certificates is not None
        self.in_flight = InFlight()

    async def know(
        self, metadata: Mapping[str, str], shown: Collection[str] | None = None
    ) -> Caller:
        """Who calls, while its tenant may still call: asked before its request is even read."""
        caller = await self._caller(metadata, shown)
        if caller.tenant_id is not None:
            await self._quota.spend(caller.tenant_id)
        return caller

    async def admit(self, caller: Caller, method: str, request: Message) -> None:
        """Check the caller's right, hold the request to its tenant."""
        least = least_caller(method)
        if not may(caller.role, least):
            raise NotAllowed(f"this call needs the right {least.name.lower()}")
        try:
            _hold_to_tenant(caller, least, request)
        except OtherTenant as refused:
            await note_denied(self._keys, caller, method, refused.named)
            raise
        if caller.role is Role.PLATFORM and least is not Role.PLATFORM:
            await self._check_named(request)
        _caller.set(caller)

    async def _check_named(self, request: Message) -> None:
        """The platform may name any tenant, but not one that nobody made: it would misspell it."""
        if _is_of_a_tenant(request.DESCRIPTOR):
            # Of what cannot be a name validation tells more.
            for named in filter(_TENANT.fullmatch, _tenants_in(request) - self._met):
                await self._keys.check_tenant(named)
                if len(self._met) < _MOST_MET:
                    self._met.add(named)

    async def _caller(self, metadata: Mapping[str, str], shown: Collection[str] | None) -> Caller:
        if token := metadata.get(MESH_TOKEN):
            return self._identity.verify(token, shown)
        scheme, _, key = metadata.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and 0 < len(key.strip()) <= _LONGEST_KEY:
            with self._guesses.counted(metadata, key.strip()):
                return await self._keys.verify(key.strip())
        if scheme or self._anonymous_tenant is None:
            raise NotSignedIn("send your key as `authorization: Bearer <key>`")
        return Caller(self._anonymous_tenant, Role.ADMIN, name="anonymous")


async def note_denied(keys: KeyVerifier, caller: Caller, method: str, named: str) -> None:
    """Refused is refused, whether the log can be written or not."""
    log.warning("other_tenant_named", caller=caller.name, rpc=method)
    try:
        await keys.denied(caller, method, named)
    except MeshError as error:
        log.warning("denial_not_recorded", reason=error.reason)


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
    if caller.role is Role.MESH or not _is_of_a_tenant(request.DESCRIPTOR):
        return
    if caller.tenant_id is None:
        if not request.tenant_id and least is not Role.PLATFORM:  # type: ignore[attr-defined]
            raise InvalidInput("a platform key names the tenant", field="tenant_id")
        return
    request.tenant_id = request.tenant_id or caller.tenant_id  # type: ignore[attr-defined]
    for named in _tenants_in(request):
        if named not in ("", caller.tenant_id):
            raise OtherTenant(named)


def _tenants_in(message: Any) -> set[str]:
    """Every tenant_id in a request: its own and those of the items in it."""
    leading = _leading_to_tenants(message.DESCRIPTOR)
    if leading == _ITS_OWN:
        return {message.tenant_id}
    named: set[str] = set()
    for field, value in message.ListFields():
        if field.name == "tenant_id":
            named.add(value)
        elif field.name in leading:
            for item in value if field.is_repeated else (value,):
                named |= _tenants_in(item)
    return named


@functools.cache
def _is_of_a_tenant(descriptor: Any) -> bool:
    return "tenant_id" in descriptor.fields_by_name


@functools.cache
def _leading_to_tenants(descriptor: Any) -> frozenset[str]:
    """Most messages name their own tenant and no other: nothing in them needs to be walked."""
    return leading_to(descriptor, lambda field: field.name == "tenant_id")
