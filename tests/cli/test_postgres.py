"""The embedded PostgreSQL."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from cli.embedded.postgres import Postgres

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend files to others")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    made = Postgres(tmp_path / "postgres", fsync=False)
    made.start()
    yield made
    made.stop()


async def test_it_is_what_a_server_runs(server: Postgres) -> None:
    connection = await asyncpg.connect(server.url)
    try:
        settings = ("server_encoding", "data_checksums", "synchronous_commit", "full_page_writes")
        shown = [await connection.fetchval(f"SHOW {name}") for name in settings]
        await connection.execute("CREATE EXTENSION vector")
    finally:
        await connection.close()

    assert shown == ["UTF8", "on", "on", "on"]


def test_nobody_else_can_reach_its_socket(server: Postgres) -> None:
    assert server.socket.stat().st_mode & 0o077 == 0
    assert server.execute("SHOW listen_addresses") == ""


def test_what_was_committed_outlives_sigkill(server: Postgres) -> None:
    server.execute("CREATE TABLE kept AS SELECT 7 AS n")

    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    server.stop()
    server.start()

    assert server.execute("SELECT n FROM kept") == "7"


def test_a_lock_file_whose_number_went_to_another_process_is_no_obstacle(server: Postgres) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n" + "stale\n" * 7)

    server.start()

    assert server.execute("SELECT 1") == "1"


def test_a_database_is_copied_from_its_template(server: Postgres) -> None:
    server.create_database("origin")
    server.execute("CREATE TABLE t AS SELECT 1 AS n", "origin")

    server.create_database("copy", "origin")

    assert server.execute("SELECT n FROM t", "copy") == "1"


def test_a_directory_with_a_long_name_gets_a_short_socket(tmp_path: Path) -> None:
    server = Postgres(tmp_path / ("long" * 20) / ("name" * 20))

    assert len(str(server.socket / ".s.PGSQL.5432")) < 100


@ROOT_ONLY
def test_a_cluster_of_another_user_stays_theirs(server: Postgres) -> None:
    server.stop()
    for each in (server.data, *server.data.rglob("*")):
        os.chown(each, 12345, 12345)

    server.socket.rmdir()
    server.start()

    assert server.execute("SELECT 1") == "1"
    assert server.data.stat().st_uid == 12345
