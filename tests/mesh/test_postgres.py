"""What the pool promises, against a real PostgreSQL."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING

import asyncpg
import pytest

from mesh import deadline
from mesh.errors import OutOfTime, Unavailable
from mesh.postgres import DatabaseUnavailable, Pool, PoolExhausted, open_pool, savepoint

if TYPE_CHECKING:
    from pathlib import Path

    from cli.embedded.postgres import Postgres


async def write(pool: Pool, tenant_id: str | None, *, row_of: str | None = None) -> None:
    async with pool.transaction(tenant_id) as connection:
        await connection.execute(
            "INSERT INTO notes (tenant_id, id, text) VALUES ($1, $2, 'hello')",
            *(row_of or tenant_id or "", uuid.uuid4()),
        )


async def seen_by(pool: Pool, tenant_id: str | None) -> int:
    async with pool.transaction(tenant_id) as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM notes")
    return count


def end_all_sessions(postgres: Postgres) -> None:
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname LIKE 't%' AND datname <> 'template1'"
    )


async def test_a_transaction_sees_its_tenant_and_no_other(pool: Pool) -> None:
    await write(pool, "acme")

    assert await seen_by(pool, "acme") == 1
    assert await seen_by(pool, "other") == 0
    assert await seen_by(pool, None) == 0


@pytest.mark.parametrize("tenant_id", [None, "other"])
async def test_nobody_writes_into_another_tenant(pool: Pool, tenant_id: str | None) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await write(pool, tenant_id, row_of="acme")


async def test_the_tenant_does_not_stay_on_the_connection(pool: Pool) -> None:
    await write(pool, "acme")

    async with pool.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM notes") == 0
        assert await connection.fetchval("SELECT current_setting('cassava.tenant_id', true)") == ""


@pytest.mark.parametrize(
    "tenant_id", ["acme'", "'; SET LOCAL cassava.tenant_id = 'acme", "acme\\", "acme\0", "acme\n"]
)
async def test_a_name_that_no_tenant_can_have_sees_nothing(pool: Pool, tenant_id: str) -> None:
    await write(pool, "acme")

    assert await seen_by(pool, tenant_id) == 0


async def test_what_a_savepoint_undoes_leaves_the_rest(pool: Pool) -> None:
    async with pool.transaction("acme") as connection:
        await connection.execute("INSERT INTO notes VALUES ('acme', $1, 'kept')", uuid.uuid4())
        with pytest.raises(LookupError):  # noqa: PT012  # the whole part is what fails
            async with savepoint(connection):
                await connection.execute("INSERT INTO notes VALUES ('acme', $1, '')", uuid.uuid4())
                raise LookupError

    assert await seen_by(pool, "acme") == 1


async def test_the_role_is_an_ordinary_one_in_its_own_schema(pool: Pool) -> None:
    async with pool.connection() as connection:
        said = await connection.fetchrow(
            """
            SELECT current_user::text AS acts_as, current_schema()::text AS in_schema,
                   rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user
            """
        )

    assert said is not None
    assert tuple(said) == ("desk_app", "desk", False, False)


async def test_what_a_type_is_is_asked_once_a_process(pool: Pool) -> None:
    async def asked_for_types() -> bool:
        async with pool.connection() as connection:
            assert await connection.fetchval("SELECT cardinality($1::smallint[])", [1, 2]) == 2
            found: bool = await connection.fetchval(
                "SELECT bool_or(statement LIKE 'WITH RECURSIVE%') FROM pg_prepared_statements"
            )
            return found

    async with pool.connection() as first:
        await first.fetchval("SELECT $1::smallint[]", [1])
        assert not await asked_for_types()  # on a second one


async def test_a_failed_transaction_leaves_nothing(pool: Pool) -> None:
    async def fails_after_writing() -> None:
        async with pool.transaction("acme") as connection:
            await connection.execute(
                "INSERT INTO notes (tenant_id, id, text) VALUES ('acme', $1, '')", uuid.uuid4()
            )
            raise KeyError

    with pytest.raises(KeyError):
        await fails_after_writing()

    assert await seen_by(pool, "acme") == 0


async def test_a_read_only_transaction_writes_nothing(pool: Pool) -> None:
    with pytest.raises(Unavailable):
        async with pool.transaction("acme", readonly=True) as connection:
            await connection.execute("DELETE FROM notes")


async def test_a_query_ends_with_the_calls_deadline(pool: Pool) -> None:
    started = time.monotonic()

    with deadline.within(0.3), pytest.raises(OutOfTime):
        async with pool.transaction("acme") as connection:
            await connection.execute("SELECT pg_sleep(4)")

    assert time.monotonic() - started < 1


async def test_who_finds_no_free_connection_is_told_instead_of_queued(database: str) -> None:
    opened = open_pool(database, schema="desk", role="desk_app", max_size=1, wait_seconds=0.1)
    async with opened as pool:
        async with pool.transaction("acme"):
            with pytest.raises(PoolExhausted) as raised:
                await pool.ping()

        assert raised.value.reason == "TOO_MANY"
        await pool.ping()


async def test_more_calls_than_connections_all_get_one(pool: Pool) -> None:
    await asyncio.gather(*(write(pool, "acme") for _ in range(12)))

    assert await seen_by(pool, "acme") == 12


async def test_the_pool_outlives_killed_connections(pool: Pool, postgres: Postgres) -> None:
    await asyncio.gather(*(pool.ping() for _ in range(4)))

    end_all_sessions(postgres)

    outcomes = await asyncio.gather(*(pool.ping() for _ in range(4)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), DatabaseUnavailable}
    await asyncio.gather(*(pool.ping() for _ in range(4)))


async def test_a_connection_killed_inside_a_transaction_is_unavailable(
    pool: Pool, postgres: Postgres
) -> None:
    async def is_killed() -> None:
        async with pool.transaction("acme") as connection:
            await asyncio.to_thread(end_all_sessions, postgres)
            await connection.execute("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        await is_killed()

    await pool.ping()


async def test_a_database_that_is_not_there_is_found_when_it_comes(tmp_path: Path) -> None:
    url = f"postgresql:///nowhere?host={tmp_path}&user=postgres"

    async with open_pool(url, schema="desk", role="desk_app") as pool:
        with pytest.raises(DatabaseUnavailable) as raised:
            await pool.ping()

    assert str(tmp_path) not in str(raised.value)


async def test_a_schema_that_is_not_there_yet_is_unavailable(database: str) -> None:
    async with open_pool(database, schema="nobody", role="nobody_app") as pool:
        with pytest.raises(DatabaseUnavailable):
            await pool.ping()


async def test_a_lost_race_for_a_lock_may_be_repeated(pool: Pool) -> None:
    await write(pool, "acme")

    async with pool.transaction("acme") as first:
        await first.execute("UPDATE notes SET text = 'mine'")
        with pytest.raises(Unavailable):
            async with pool.transaction("acme") as second:
                await second.execute("UPDATE notes SET text = 'no, mine'")


async def test_who_has_no_time_left_is_out_of_time_and_not_told_to_repeat(pool: Pool) -> None:
    for left in (0, 1e-9):
        with deadline.within(left), pytest.raises(OutOfTime):
            await pool.ping()
