"""Migrations run once each, whoever else runs them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from mesh.migrate import MigrationChanged, SchemaBehind, files, is_current, migrate
from mesh.postgres import open_pool

if TYPE_CHECKING:
    from pathlib import Path

CREATE = "SET LOCAL ROLE shelf_owner; CREATE TABLE books (title text);"
COUNT = "INSERT INTO shelf.books VALUES ('one'); SELECT pg_sleep(0.1);"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_books.sql").write_text(CREATE)
    (tmp_path / "0002_first_book.sql").write_text(COUNT)
    return tmp_path


async def books(database: str) -> int:
    connection = await asyncpg.connect(database)
    count: int = await connection.fetchval("SELECT count(*) FROM shelf.books")
    await connection.close()
    return count


async def test_each_file_runs_once(database: str, folder: Path) -> None:
    first = await migrate(database, "shelf", folder)
    second = await migrate(database, "shelf", folder)

    assert (first, second) == (["0001_books.sql", "0002_first_book.sql"], [])
    assert await books(database) == 1


async def test_many_at_once_run_each_file_once(database: str, folder: Path) -> None:
    ran = await asyncio.gather(*(migrate(database, "shelf", folder) for _ in range(5)))

    assert sorted(map(len, ran)) == [0, 0, 0, 0, 2]
    assert await books(database) == 1


async def test_a_failing_file_leaves_nothing_and_the_ones_before_stay(
    database: str, folder: Path
) -> None:
    (folder / "0003_broken.sql").write_text(COUNT + "SELECT nonsense;")

    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(database, "shelf", folder)

    assert await books(database) == 1
    (folder / "0003_broken.sql").write_text(COUNT)
    assert await migrate(database, "shelf", folder) == ["0003_broken.sql"]


async def test_a_file_changed_after_it_ran_is_refused(database: str, folder: Path) -> None:
    await migrate(database, "shelf", folder)
    (folder / "0001_books.sql").write_text(CREATE + "-- oh")

    with pytest.raises(MigrationChanged):
        await migrate(database, "shelf", folder)


async def test_tables_belong_to_the_owner_role(database: str, folder: Path) -> None:
    await migrate(database, "shelf", folder)

    connection = await asyncpg.connect(database)
    owner = await connection.fetchval(
        "SELECT tableowner FROM pg_tables WHERE schemaname = 'shelf' AND tablename = 'books'"
    )
    await connection.close()
    assert owner == "shelf_owner"


async def test_readiness_knows_a_file_that_has_not_run(database: str, folder: Path) -> None:
    await migrate(database, "shelf", folder)

    async with open_pool(database, schema="shelf", role="shelf_app") as pool:
        await is_current(pool, folder)
        (folder / "0003_more.sql").write_text("SELECT 1")
        with pytest.raises(SchemaBehind, match="0003_more"):
            await is_current(pool, folder)


@pytest.mark.parametrize("name", ["0001_again.sql", "1_short.sql", "0005-dash.sql"])
def test_a_name_that_does_not_say_when_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1")

    with pytest.raises(ValueError, match=r"migrations|NNNN_noun"):
        files(folder)
