"""What `cassava doctor` says of variables, files, the database and Valkey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.check import FAILED, OK, WARNING, Check
from cli.checkup import _NAME_WIDTH
from cli.doctor import (
    check_data,
    check_database,
    check_dotenv,
    check_environment,
    check_followed,
    check_redis,
)
from cli.embedded.postgres import Postgres
from cli.environment import Environment
from cli.migrate import migrate

if TYPE_CHECKING:
    from pathlib import Path


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


async def test_a_database_without_its_migrations_has_their_command(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", fsync=False)
    server.start()
    try:
        before = await check_database(server.url)
        await migrate(server.url)
        after = await check_database(server.url)
    finally:
        server.stop()

    assert (before.state, before.remedy) == (FAILED, "cassava migrate")
    assert (after.state, "every migration" in after.cause) == (OK, True)


@pytest.mark.parametrize(
    ("process", "dotenv", "twice", "where"),
    [
        ({"MISTRAL_MODEL": "a"}, {"MISTRAL_MODEL": "b"}, set(), "MISTRAL_MODEL in .env"),
        ({}, {"MISTRAL_MODEL": "b"}, {"MISTRAL_MODEL"}, "an earlier line of .env"),
        (
            {"MISTRAL_MODEL": "a", "MISTRAL_MODEL_FILE": "/x"},
            {},
            set(),
            "MISTRAL_MODEL_FILE in the environment",
        ),
    ],
)
def test_a_variable_that_is_given_twice_says_which_counts(
    process: dict[str, str], dotenv: dict[str, str], twice: set[str], where: str
) -> None:
    checks = by_name(list(check_environment(Environment(process, dotenv, twice))))

    assert checks["MISTRAL_MODEL"].state == WARNING
    assert where in checks["MISTRAL_MODEL"].cause


@pytest.mark.parametrize(
    ("name", "value", "says_what"),
    [
        ("CASSAVA_LISTEN", "127.0.0.1:70000", "port"),
        ("CASSAVA_REDIS_URL", "redis://h:99999", "port"),
        ("CASSAVA_DATABASE_URL", "mysql://h/db", "postgresql"),
        ("CASSAVA_MASTER_KEY", "changeme", "bytes"),
    ],
)
def test_a_value_that_cannot_be_one_is_named(name: str, value: str, says_what: str) -> None:
    check = by_name(list(check_environment(Environment({name: value}, {}))))[name]

    assert (check.state, says_what in check.cause, bool(check.remedy)) == (FAILED, True, True)


def test_a_file_that_is_nearly_the_right_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("A=1")
    near = check_dotenv(tmp_path)
    (tmp_path / ".env").write_text("A=1")

    assert (near.state, near.remedy) == (WARNING, "mv env .env")
    assert check_dotenv(tmp_path).state == OK


def test_a_mesh_that_was_started_before_its_key_is_told_to_start_again() -> None:
    runs = [Check("provider mistral", WARNING, "disabled not_configured")]

    (check,) = check_followed(runs, has_key=True)

    assert (check.state, "cassava up" in check.remedy) == (FAILED, True)
    assert check_followed(runs, has_key=False) == []


def test_a_lost_master_key_is_named_before_another_is_made(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()

    check = check_data(tmp_path)

    assert (check.state, "master.key" in check.remedy) == (FAILED, True)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("postgresql://u@127.0.0.1:9/db", "nobody listens"),
        ("postgresql://u@nowhere.invalid/db", "no address"),
    ],
)
async def test_a_database_that_is_not_there_says_how(url: str, cause: str) -> None:
    check = await check_database(url)

    assert (check.state, cause in check.cause) == (FAILED, True)
    assert "CASSAVA_DATABASE_URL" in check.remedy


async def test_a_valkey_that_is_not_there_is_only_a_warning() -> None:
    check = await check_redis("redis://127.0.0.1:9")

    assert (check.state, "CASSAVA_REDIS_URL" in check.remedy) == (WARNING, True)


def test_every_variable_leaves_room_before_what_is_said_of_it(tmp_path: Path) -> None:
    names = [check.name for check in check_environment(Environment.here(tmp_path))]

    assert max(map(len, names)) < _NAME_WIDTH
