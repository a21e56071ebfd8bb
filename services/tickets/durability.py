"""Whether the database keeps what it acknowledges (PROTOCOL 1, G1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from mesh.errors import Unavailable

if TYPE_CHECKING:
    from mesh.postgres import Connection

log = structlog.get_logger()

_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")
# These wait for the commit record to be on this machine's disk at least.
_DURABLE = frozenset({"on", "local", "remote_write", "remote_apply"})


class NotDurable(Unavailable):
    def __init__(self, name: str) -> None:
        super().__init__(f"PostgreSQL runs with {name} off: an acknowledged message could be lost")
        self.reason = "UNAVAILABLE"


async def insist(connection: Connection) -> None:
    """Raise `NotDurable`, so that the service is never ready on such a database."""
    for name in _MUST_BE_ON:
        if await _setting(connection, name) not in _DURABLE:
            raise NotDurable(name)


async def warn(connection: Connection) -> None:
    """Say what is legal and still a risk."""
    if await _setting(connection, "data_checksums") != "on":
        log.warning("database_without_checksums")
    if not await _setting(connection, "synchronous_standby_names"):
        replicas = await connection.fetchval("SELECT count(*) FROM pg_stat_replication")
        if replicas:
            log.warning("replicas_are_asynchronous", replicas=replicas)


async def _setting(connection: Connection, name: str) -> str:
    return str(await connection.fetchval("SELECT current_setting($1)", name))
