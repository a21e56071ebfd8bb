"""A pool that sees one schema; a transaction that sees one tenant."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import asyncpg
from asyncpg.exceptions import (
    CharacterNotInRepertoireError,
    InterfaceError,
    InternalClientError,
    LockNotAvailableError,
    PostgresError,
    QueryCanceledError,
)
from prometheus_client import Gauge

from mesh import deadline, tracing
from mesh.errors import InvalidInput, MeshError, OutOfTime, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = PoolConnectionProxy[asyncpg.Record]

_STATEMENT_SECONDS = 5.0
_CONNECT_SECONDS = 3.0
# A call that cannot get a connection within this is better refused than queued.
_WAIT_SECONDS = 1.0
# A backend keeps 10 to 20 MB: what a burst opened is closed when the burst is over.
_IDLE_SECONDS = 30.0
# Connection trouble (08), shutdown and start (57P0x), no room (53), a standby (25006), a row that
# others hold too long or in another order (55P03, 40): the same call may work in a moment.
_PASSING = ("08", "57P0", "53", "25006", "55P03", "40")
# The schema or the role is not there yet: migrations are still running.
_NOT_THERE_YET = ("3F000", "3D000", "22023", "28000", "42P01")

# Nothing that would need quoting.
_TENANT_ID = re.compile(r"[A-Za-z0-9_-]*")
# Below it are the types that are the same in every database.
_FIRST_OID_OF_OTHERS = 10_000
# In place of the statement that asked; the driver looks whether it left its own statement alone.
_ASKED_ELSEWHERE = SimpleNamespace(name="another connection's")
_DATABASE = {"db.system.name": "postgresql"}
_size = Gauge("asyncpg_pool_size", "Open connections.")
_idle = Gauge("asyncpg_pool_idle", "Connections that nobody uses.")
_waiters = Gauge("asyncpg_pool_waiters", "Calls that wait for a connection.")


class DatabaseUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the database cannot be reached, try again")


class PoolExhausted(TooMany):
    def __init__(self) -> None:
        super().__init__("too many calls need the database at once")
        self.reason = "TOO_MANY"


class _Connection(asyncpg.Connection):
    """Asks once a process what PostgreSQL's own types are; the driver asks on each connection.

    The driver takes every array for a type it has to ask about: 8 ms of the server's time, mostly
    planning, before the first statement with one, and once more for each other set of them.
    """

    _known: ClassVar[dict[frozenset[int], list[asyncpg.Record]]] = {}

    async def _introspect_types(
        self,
        typeoids: Iterable[int],
        timeout: float | None,  # noqa: ASYNC109  # the driver's
    ) -> tuple[list[asyncpg.Record], Any]:
        asked = frozenset(typeoids)
        if known := self._known.get(asked):
            return known, _ASKED_ELSEWHERE
        # Private: the test that this still is what the driver calls is in tests/mesh.
        found, statement = await super()._introspect_types(asked, timeout)  # type: ignore[misc]
        if max(asked) < _FIRST_OID_OF_OTHERS:
            self._known[asked] = found
        return found, statement


class Pool:
    """Connections that act as one ordinary role in one schema; opened when they are needed."""

    def __init__(
        self, pool: asyncpg.Pool[asyncpg.Record], max_size: int, wait_seconds: float
    ) -> None:
        self._pool = pool
        # Counted when somebody looks, not at each use.
        _size.set_function(pool.get_size)
        _idle.set_function(pool.get_idle_size)
        self._wait_seconds = wait_seconds
        self._free = asyncio.Semaphore(max_size)

    @asynccontextmanager
    async def transaction(
        self, tenant_id: str | None, *, readonly: bool = False, of_one_moment: bool = False
    ) -> AsyncIterator[Connection]:
        """One transaction of one tenant; without a tenant it sees no rows.

        A statement sees what is committed before it, or before the first of them `of_one_moment`.
        """
        with tracing.within("transaction", "client", _DATABASE):
            async with self.connection() as connection:
                # One trip where the driver's own transaction and two settings would be three.
                isolation = "REPEATABLE READ" if of_one_moment else "READ COMMITTED"
                await connection.execute(_begin(tenant_id or "", isolation, readonly=readonly))
                async with _ended(connection, "COMMIT", "ROLLBACK"):
                    yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection without a transaction; raises `DatabaseUnavailable` when there is none."""
        await self._take_a_place()
        try:
            async with self._opened() as connection:
                yield connection
        finally:
            self._free.release()

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless a query works."""
        async with self.connection() as connection:
            await connection.execute("SELECT 1")

    async def close(self) -> None:
        """Close idle connections now and used ones when they come back, at most 5 s later."""
        try:
            async with asyncio.timeout(5):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def _take_a_place(self) -> None:
        # Our own queue: asyncpg's timeout would count the time that connecting takes.
        with _waiters.track_inprogress():
            try:
                async with asyncio.timeout(deadline.at_most(self._wait_seconds)):
                    await self._free.acquire()
            except TimeoutError:
                raise _too_late() or PoolExhausted() from None

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Connection]:
        try:
            connection = await self._pool.acquire(timeout=deadline.at_most(_CONNECT_SECONDS))
        except (PostgresError, InterfaceError, InternalClientError, OSError, TimeoutError) as error:
            raise _too_late() or DatabaseUnavailable() from error
        try:
            yield connection
        except (InternalClientError, OSError, TimeoutError) as error:
            # The driver no longer knows what the server thinks (asyncpg#784, #1069).
            if not _is_gone(connection):
                connection.terminate()
            raise _too_late() or DatabaseUnavailable() from error
        except (PostgresError, InterfaceError) as error:
            raise _as_mesh_error(error, is_gone=_is_gone(connection)) from error
        finally:
            await self._pool.release(connection)


@asynccontextmanager
async def savepoint(connection: Connection) -> AsyncIterator[None]:
    """A part of a transaction that may fail without failing the rest."""
    await connection.execute("SAVEPOINT part")
    async with _ended(connection, "RELEASE part", "ROLLBACK TO part; RELEASE part"):
        yield


@asynccontextmanager
async def _ended(connection: Connection, well: str, badly: str) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        # Where that fails too, the connection is lost or reset by the pool: the cause says more.
        with suppress(PostgresError, InterfaceError, InternalClientError, OSError):
            await connection.execute(badly)
        raise
    await connection.execute(well)


def _begin(tenant_id: str, isolation: str, *, readonly: bool) -> str:
    """The statement that opens a transaction; a name that no tenant can have sees no rows."""
    whose = tenant_id if _TENANT_ID.fullmatch(tenant_id) else ""
    milliseconds = max(1, int(deadline.at_most(_STATEMENT_SECONDS) * 1000))
    # A list may be worth a plan of its own: with the values in view, empty filters cost nothing.
    reads = " READ ONLY; SET LOCAL plan_cache_mode = auto" if readonly else ""
    return (
        f"BEGIN ISOLATION LEVEL {isolation}{reads}; "
        f"SET LOCAL cassava.tenant_id = '{whose}'; SET LOCAL statement_timeout = {milliseconds}"
    )


def certain(row: asyncpg.Record | None) -> asyncpg.Record:
    """The row of a statement that always gives one."""
    if row is None:
        raise LookupError("a statement that always gives a row gave none")
    return row


def _too_late() -> OutOfTime | None:
    """Where the caller's time is over, that is why: repeating it would not help."""
    return OutOfTime("this took longer than the caller can wait") if deadline.is_over() else None


def _is_gone(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except InterfaceError:  # the pool took a dead connection back already
        return True


def _as_mesh_error(error: Exception, *, is_gone: bool) -> Exception:
    """What a caller can act on gets its kind; everything else stays what it is: a bug."""
    state = str(getattr(error, "sqlstate", "") or "")
    if isinstance(error, MeshError):
        return error
    if isinstance(error, CharacterNotInRepertoireError):
        return InvalidInput("a text holds a NUL character, which cannot be stored; leave it out")
    if isinstance(error, QueryCanceledError):
        return OutOfTime("the database did not answer in time")
    if isinstance(error, LockNotAvailableError):
        return Unavailable("others are changing the same thing, try again")
    if is_gone or state.startswith((*_PASSING, *_NOT_THERE_YET)):
        return DatabaseUnavailable()
    return error


@asynccontextmanager
async def open_pool(
    database_url: str,
    *,
    schema: str,
    role: str,
    max_size: int = 16,
    wait_seconds: float = _WAIT_SECONDS,
) -> AsyncIterator[Pool]:
    """Returns at once, whether PostgreSQL is there or not: the first query finds out."""

    async def is_the_ordinary_role(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        # A pooler may drop start-up parameters; then we would act as whoever the URL names.
        acts_as = await connection.fetchval("SELECT current_user::text")
        if acts_as != role:
            raise InterfaceError(f"the connection acts as {acts_as} and not as {role}")

    async def nothing_to_reset(_: object) -> None:
        """Every setting is local to its transaction, so RESET ALL would be a wasted trip."""

    opened = asyncpg.create_pool(
        database_url,
        min_size=0,
        max_size=max_size,
        max_inactive_connection_lifetime=_IDLE_SECONDS,
        connection_class=_Connection,
        init=is_the_ordinary_role,
        reset=nothing_to_reset,
        timeout=_CONNECT_SECONDS,
        # As long as the connection: planned once is planned once.
        max_cached_statement_lifetime=0,
        # For a server that is gone without a word; the server's own limit comes first.
        command_timeout=_STATEMENT_SECONDS + 1,
        server_settings={
            "role": role,
            "search_path": schema,
            "application_name": role,
            "statement_timeout": "5s",
            "lock_timeout": "1s",
            "idle_in_transaction_session_timeout": "5s",
            "jit": "off",
            # What changes rows finds them by their keys, whatever the values are: planned once.
            # Else arrays of one look so cheap that each call is planned anew (decision 0132).
            "plan_cache_mode": "force_generic_plan",
        },
    )
    pool = Pool(await opened, max_size, wait_seconds)
    try:
        yield pool
    finally:
        await pool.close()
