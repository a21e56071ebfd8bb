"""Who calls one of the gateway's own routes: a key, or nobody where that is allowed."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from mesh.access import Caller, KeyVerifier, OtherTenant, Role, may, note_denied
from mesh.errors import InvalidInput, NotAllowed, NotSignedIn, Unavailable
from mesh.guesses import Guesses
from mesh.quota import Quota

_LONGEST_KEY = 200
# A stream looks every ten seconds at the earliest and waits fifteen for a frame: a key that was
# revoked listens for less than a minute.
_GOOD_SECONDS = 20.0
_MOST_GOOD = 10_000


class Checker(Protocol):
    async def check_key(self, tenant_id: str, key_id: str) -> None:
        """Raise `NotSignedIn` when that key is no longer good."""


class Callers:
    """Reads the same header as every service of the mesh does."""

    def __init__(
        self,
        keys: KeyVerifier,
        quota: Quota,
        guesses: Guesses,
        checker: Checker,
        anonymous_tenant: str | None,
    ) -> None:
        self._keys = keys
        self._quota = quota
        self._anonymous_tenant = anonymous_tenant
        self._guesses = guesses
        self._still_good = StillGood(checker)

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Raise `NotSignedIn` for a bad key, and for none unless somebody anonymous is allowed."""
        caller = await self._known(headers)
        if caller.tenant_id is not None:
            await self._quota.spend(caller.tenant_id)
        return caller

    async def tenant_of(self, caller: Caller, tenant_id: str, path: str, *least: Role) -> str:
        """Whose data this is about; raises unless the caller has one of these rights there."""
        try:
            whose = tenant_of(caller, tenant_id, *least)
        except OtherTenant as refused:
            await note_denied(self._keys, caller, path, refused.named)
            raise
        if caller.role is Role.PLATFORM:
            await self._keys.check_tenant(whose)
        return whose

    async def may_stay(self, tenant_id: str, key_id: str) -> bool:
        """Whether the key that opened a connection is still good."""
        return not key_id or await self._still_good(tenant_id, key_id)

    async def _known(self, headers: Mapping[str, str]) -> Caller:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() == "bearer" and key.isascii() and 0 < len(key) <= _LONGEST_KEY:
            with self._guesses.counted(headers, key):
                return await self._keys.verify(key)
        if scheme or self._anonymous_tenant is None:
            raise NotSignedIn("send your key as `authorization: Bearer <key>`")
        return Caller(self._anonymous_tenant, Role.ADMIN, name="anonymous")


class StillGood:
    """Asked once for all connections of one key, and remembered for a while."""

    def __init__(self, checker: Checker, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._checker = checker
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}

    async def __call__(self, tenant_id: str, key_id: str) -> bool:
        place = (tenant_id, key_id)
        if self._clock() < self._until.get(place, 0.0):
            return True
        try:
            await self._checker.check_key(tenant_id, key_id)
        except NotSignedIn:
            self._until.pop(place, None)
            return False
        except Unavailable:
            return True  # nobody can say; the next look comes soon
        if len(self._until) >= _MOST_GOOD:
            self._until.clear()
        self._until[place] = self._clock() + _GOOD_SECONDS
        return True


def tenant_of(caller: Caller, tenant_id: str, *least: Role) -> str:
    """The same without a log: raises `NotAllowed`, `OtherTenant` or `InvalidInput`."""
    if not any(may(caller.role, role) for role in least):
        raise NotAllowed("this key has not the right to do that")
    if caller.tenant_id is None and not tenant_id:
        raise InvalidInput("a platform key names the tenant", field="tenant_id")
    if caller.tenant_id is not None and tenant_id not in ("", caller.tenant_id):
        raise OtherTenant(tenant_id)
    return tenant_id or caller.tenant_id or ""
