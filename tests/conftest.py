"""The embedded servers, once a run; a database a test; the whole mesh for journeys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from cli.embedded.postgres import Postgres
from cli.embedded.valkey import Valkey
from cli.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.front import Front

# Before anything imports grpc: its fork handlers end one in twenty children before they exec.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One cluster. Tests kill processes, not machines: what the kernel holds is safe enough."""
    server = Postgres(tmp_path_factory.mktemp("postgres"), fsync=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def migrated(postgres: Postgres) -> str:
    """The name of a database with every service's schema, to copy from."""
    await migrate(postgres.create_database("migrated"))
    return "migrated"


@pytest.fixture
def database_url(postgres: Postgres, migrated: str) -> Iterator[str]:
    """A migrated database of this test's own, as superuser."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create_database(name, migrated)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def front(
    postgres: Postgres, migrated: str, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Front]:
    """Every service behind Envoy, in this process: lighter than a whole mesh, closed to nobody's
    key.
    """
    from tests.front import standing  # noqa: PLC0415 - the encoder and all of it, for those who ask

    url = postgres.create_database("front", migrated)
    async with standing(url, valkey.url, tmp_path_factory.mktemp("envoy")) as front:
        yield front


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The whole embedded mesh on free ports; what `cassava up --json` says of it."""
    data = tmp_path_factory.mktemp("mesh")
    up = ["up", "--detach", "--json", "--port", "0", "--data", str(data)]
    state = json.loads(cassava(*up, cwd=data))
    yield state | {"data": str(data)}
    cassava("down", "--data", str(data), cwd=data)


def cassava(*arguments: str, cwd: Path) -> str:
    """What the command prints; its words in the failure when it fails."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
