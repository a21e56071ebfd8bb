"""One PostgreSQL for this room; the migrated schema copied for each test."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.embedded.postgres import Postgres
from mesh.migrate import migrate
from mesh.postgres import open_pool
from services.analytics.composition import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mesh.postgres import Pool


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not below pytest's own directory: another run may clear that one away.
    with tempfile.TemporaryDirectory(prefix="cassava-") as directory:
        server = Postgres(Path(directory) / "postgres", fsync=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
async def template(postgres: Postgres) -> str:
    await migrate(postgres.create_database("analytics_template"), "analytics", MIGRATIONS)
    return "analytics_template"


@pytest.fixture
async def pool(postgres: Postgres, template: str) -> AsyncIterator[Pool]:
    name = f"t{uuid.uuid4().hex}"
    url = postgres.create_database(name, template)
    async with open_pool(url, schema="analytics", role="analytics_app", max_size=4) as pool:
        yield pool
    postgres.drop_database(name)
