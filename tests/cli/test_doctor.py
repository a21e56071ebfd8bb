"""What `cassava doctor` says of providers that are well, ill, misspelt or away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.check import FAILED, OK, WARNING, Check
from cli.checkup import _NAME_WIDTH
from cli.doctor import check_database, check_environment
from cli.embedded.postgres import Postgres
from cli.environment import Environment
from cli.migrate import migrate
from cli.providers import check_mistral, check_ollama
from tests.providers.mistral import fake_mistral, refuses
from tests.providers.ollama import fake_ollama, loaded, says
from tests.providers.wire import served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.providers.wire import Fake

KEY = "abcdefghijklmnopqrstuvwxyz012345"


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


async def mistral(fake: Fake, model: str = "well", **more: str) -> dict[str, Check]:
    said = {"MISTRAL_API_KEY": KEY, "MISTRAL_MODEL": model, "MISTRAL_SERVER_URL": fake.url}
    return by_name(await check_mistral(Environment({**said, **more}, {})))


async def ollama(fake: Fake, model: str = "well") -> dict[str, Check]:
    said = {"OLLAMA_HOST": fake.url, "OLLAMA_MODEL": model}
    return by_name(await check_ollama(Environment(said, {})))


async def test_a_provider_that_is_well_passes_every_step() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake)

    assert {check.state for check in checks.values()} == {OK}
    assert list(checks) == [
        *("mistral key", "mistral address", "mistral models", "mistral chat", "mistral limits"),
        "mistral sdk",
    ]
    assert checks["mistral limits"].cause == "remaining-tokens-minute 499000"


async def test_the_key_is_never_shown() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake)

    assert not any(KEY[:-2] in repr(check) for check in checks.values())
    assert "32 characters, ends in 45" in checks["mistral key"].cause


async def test_a_malformed_key_is_named_and_never_sent() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake, MISTRAL_API_KEY=f"'{KEY}'")

    assert [check.state for check in checks.values()] == [FAILED]
    assert "quotes" in checks["mistral key"].cause
    assert fake.requests == []


async def test_no_key_is_said_loudly_and_is_no_failure() -> None:
    (check,) = await check_mistral(Environment({}, {}))

    assert (check.state, "MISTRAL_API_KEY" in check.remedy) == (WARNING, True)


async def test_a_refused_key_ends_the_list_with_its_remedy() -> None:
    async with served(fake_mistral()) as fake:
        fake.routes["/v1/models"] = refuses(401, {"detail": "Unauthorized"})
        checks = await mistral(fake)

    assert list(checks)[-1] == "mistral models"
    assert (checks["mistral models"].state, checks["mistral models"].cause) == (FAILED, "HTTP 401")
    assert "refuses the key" in checks["mistral models"].remedy


@pytest.mark.parametrize(
    ("model", "state", "says_what"),
    [("no-such", FAILED, "not among"), ("ends-soon", WARNING, "ends on 2027-01-31")],
)
async def test_a_model_that_is_not_there_or_ends_is_named(
    model: str, state: str, says_what: str
) -> None:
    async with served(fake_mistral()) as fake:
        fake.behaviours["ends-soon"] = fake.behaviours["well"]
        checks = await mistral(fake, model)

    assert checks["mistral models"].state == state
    assert says_what in checks["mistral models"].cause


async def test_a_stray_v1_is_only_a_warning() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake, MISTRAL_SERVER_URL=f"{fake.url}/v1/")

    assert (checks["mistral url"].state, checks["mistral chat"].state) == (WARNING, OK)


async def test_an_address_where_nobody_listens_is_named() -> None:
    async with served(fake_mistral()) as fake:
        pass
    checks = await mistral(fake)

    assert (checks["mistral address"].state, list(checks)[-1]) == (FAILED, "mistral address")
    assert "MISTRAL_SERVER_URL" in checks["mistral address"].remedy


async def test_a_local_model_that_is_well_passes_every_step() -> None:
    async with served(fake_ollama()) as fake:
        checks = await ollama(fake)

    assert {check.state for check in checks.values()} == {OK}
    assert list(checks)[-1] == "ollama loaded"


async def test_a_model_that_was_never_pulled_has_its_command() -> None:
    async with served(fake_ollama()) as fake:
        checks = await ollama(fake, "llama9")

    assert checks["ollama models"].remedy == "ollama pull llama9"


async def test_a_window_smaller_than_ours_would_cut_prompts_in_silence() -> None:
    async with served(fake_ollama()) as fake:
        fake.routes["/api/ps"] = says(loaded(window=4096))
        checks = await ollama(fake)

    assert checks["ollama loaded"].state == FAILED
    assert "CASSAVA_OLLAMA_NUM_CTX=4096" in checks["ollama loaded"].remedy


async def test_without_a_host_the_local_model_is_off() -> None:
    (check,) = await check_ollama(Environment({}, {}))

    assert (check.state, check.cause) == (OK, "off: no OLLAMA_HOST")


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


def test_every_variable_leaves_room_before_what_is_said_of_it(tmp_path: Path) -> None:
    names = [check.name for check in check_environment(Environment.here(tmp_path))]

    assert max(map(len, names)) < _NAME_WIDTH
