"""The secret that every key of tickets derives from: made once, sealed under the master key."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from mesh.errors import Unavailable
from services.tickets.channels.sealing import SealBroken, Sealer, derived

if TYPE_CHECKING:
    from mesh.postgres import Connection, Pool
    from services.tickets.channels.sealing import Secret

_PLACE = ("root_secret",)


class NotUnsealed(Unavailable):
    """Called before the database was first reached."""


class Root:
    """Stays what it is when the master key changes: only its seal is made anew (decision 0134)."""

    def __init__(self, master_key: str, previous: str | None = None) -> None:
        self._master_key = master_key
        self._previous = previous
        self._secret = ""
        self._keys: dict[str, bytes] = {}

    def key(self, purpose: str) -> Secret:
        """A key of its own for each purpose, to be asked for once `unseal` is through."""
        return partial(self._derived, purpose)

    async def unseal(self, pool: Pool) -> None:
        """Read it, or make it; raises `SealBroken` where neither master key opens it."""
        if self._secret:
            return
        async with pool.transaction(None) as connection:
            self._secret = await self._read(connection)

    async def _read(self, connection: Connection) -> str:
        sealer = _sealer(self._master_key)
        fresh = secrets.token_urlsafe(32)
        await connection.execute(
            "INSERT INTO root_secret (sealed) VALUES ($1) ON CONFLICT DO NOTHING",
            sealer.seal(fresh, *_PLACE),
        )
        sealed = await connection.fetchval("SELECT sealed FROM root_secret FOR UPDATE")
        if sealed is not None and (secret := _opened(sealer, sealed)):
            return secret
        secret = self._of_the_previous(sealed)
        await connection.execute("UPDATE root_secret SET sealed = $1", sealer.seal(secret, *_PLACE))
        return secret

    def _of_the_previous(self, sealed: bytes | None) -> str:
        if sealed is None:
            return self._previous or self._master_key
        if self._previous and (secret := _opened(_sealer(self._previous), sealed)):
            return secret
        raise SealBroken(
            "CASSAVA_MASTER_KEY does not open what this database holds: start with the key that "
            "it was sealed under, or name that one in CASSAVA_MASTER_KEY_PREVIOUS"
        )

    def _derived(self, purpose: str) -> bytes:
        if not self._secret:
            raise NotUnsealed("the database has not been reached yet; try again in a second")
        if purpose not in self._keys:
            self._keys[purpose] = derived(self._secret, purpose)
        return self._keys[purpose]


def _sealer(master_key: str) -> Sealer:
    return Sealer(partial(derived, master_key, "root-secret"))


def _opened(sealer: Sealer, sealed: bytes) -> str | None:
    try:
        return sealer.open(sealed, *_PLACE)
    except SealBroken:
        return None
