"""A database a test, with what a small service keeps in it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mesh.migrate import migrate
from mesh.postgres import open_pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cli.embedded.postgres import Postgres
    from mesh.postgres import Pool


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """An empty database's URL."""
    name = f"t{uuid.uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """The migrated `desk` schema, as its ordinary role."""
    await migrate(database, "desk", Path(__file__).parent / "migrations")
    async with open_pool(database, schema="desk", role="desk_app", max_size=4) as pool:
        yield pool
