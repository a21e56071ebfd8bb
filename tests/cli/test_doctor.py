"""What `cassava doctor` says of providers that are well, ill, misspelt or away."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest

from cli.check import FAILED, OK, WARNING, Check
from cli.environment import Environment
from cli.providers import check_mistral, check_ollama
from tests.certificates import Authority
from tests.providers.mistral import fake_mistral, refuses
from tests.providers.ollama import fake_ollama, loaded, says
from tests.providers.wire import served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.providers.wire import Fake, Reply

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


@pytest.mark.parametrize(
    ("key", "says_what"),
    [
        (f'"{KEY}"', "quotes"),
        (f"{KEY[:9]} {KEY[9:]}", "blank"),
        (f"{KEY[:9]}\n{KEY[9:]}", "blank"),
        (f"{KEY}\u200b", "not seen"),
        ("your_api_key_here", "placeholder"),
        ("short", "shorter"),
        (f"Bearer {KEY}", "blank"),
    ],
)
async def test_each_way_to_spoil_a_key_is_named_and_nothing_sent(key: str, says_what: str) -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake, MISTRAL_API_KEY=key)

    assert (checks["mistral key"].state, fake.requests) == (FAILED, [])
    assert says_what in checks["mistral key"].cause
    assert checks["mistral key"].remedy


async def test_blanks_around_a_key_do_no_harm() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake, MISTRAL_API_KEY=f"  {KEY}\n")

    assert checks["mistral chat"].state == OK


@pytest.mark.parametrize(
    ("status", "remedy"), [(402, "billing"), (403, "right"), (429, "wait"), (500, "status page")]
)
async def test_each_refusal_of_a_call_has_its_remedy(status: int, remedy: str) -> None:
    async with served(fake_mistral()) as fake:
        fake.routes["/v1/chat/completions"] = refuses(status, {"message": "no"})
        checks = await mistral(fake)

    assert (checks["mistral chat"].state, checks["mistral chat"].cause) == (
        FAILED,
        f"HTTP {status}",
    )
    assert remedy in checks["mistral chat"].remedy


@pytest.mark.parametrize(
    ("url", "says_what"),
    [
        ("api.mistral.ai", "does not begin with https://"),
        ("'https://api.mistral.ai'", "quotes"),
        ("https://api.mistral.ai:99999", "port"),
        ("https://api.mistral.ai/v1/chat/completions", "one call"),
    ],
)
async def test_an_address_that_cannot_be_one_is_named(url: str, says_what: str) -> None:
    said = {"MISTRAL_API_KEY": KEY, "MISTRAL_SERVER_URL": url}
    checks = by_name(await check_mistral(Environment(said, {})))

    assert (checks["mistral url"].state, says_what in checks["mistral url"].cause) == (FAILED, True)


async def test_a_name_without_an_address_is_a_matter_of_dns() -> None:
    said = {"MISTRAL_API_KEY": KEY, "MISTRAL_SERVER_URL": "http://nowhere.invalid"}
    checks = by_name(await check_mistral(Environment(said, {})))

    assert "no address for nowhere.invalid" in checks["mistral address"].cause
    assert "DNS" in checks["mistral address"].remedy


async def test_a_certificate_that_nobody_signed_is_a_matter_of_tls(tmp_path: Path) -> None:
    chain, key = Authority().issue("127.0.0.1")
    (tmp_path / "both.pem").write_bytes(chain + key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "both.pem")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", ssl=context)
    port = server.sockets[0].getsockname()[1]
    said = {"MISTRAL_API_KEY": KEY, "MISTRAL_SERVER_URL": f"https://127.0.0.1:{port}"}
    async with server:
        checks = by_name(await check_mistral(Environment(said, {})))

    assert checks["mistral address"].cause.startswith("TLS: ")
    assert "ca-certificates" in checks["mistral address"].remedy


async def test_a_proxy_is_the_way_and_is_named_where_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    said = {"MISTRAL_API_KEY": KEY, "MISTRAL_SERVER_URL": "http://mistral.invalid"}
    checks = by_name(await check_mistral(Environment(said, {})))

    assert "127.0.0.1:9" in checks["mistral address"].cause
    assert "HTTPS_PROXY" in checks["mistral address"].remedy


async def test_a_clock_that_is_wrong_is_named() -> None:
    async with served(fake_mistral()) as fake:

        async def long_ago(reply: Reply) -> None:
            then = {"date": "Sat, 01 Jan 2000 00:00:00 GMT"}
            await reply.whole(200, {"data": [{"id": "well"}]}, then)

        fake.routes["/v1/models"] = long_ago
        checks = await mistral(fake)

    assert (checks["clock"].state, "ahead" in checks["clock"].cause) == (FAILED, True)


async def test_a_misspelt_model_has_its_nearest_neighbour() -> None:
    async with served(fake_mistral()) as fake:
        checks = await mistral(fake, "wel")

    assert checks["mistral models"].remedy.startswith("MISTRAL_MODEL=")


async def test_an_ollama_that_does_not_run_has_its_command() -> None:
    async with served(fake_ollama()) as fake:
        pass
    checks = await ollama(fake)

    assert "`ollama serve`" in checks["ollama address"].remedy


@pytest.mark.parametrize(
    ("host", "says_what"),
    [("http://127.0.0.1:11434/v1/", "/v1"), ("127.0.0.1:114340", "port"), ("ftp://x", "http")],
)
async def test_a_host_of_ollama_that_cannot_be_one_is_named(host: str, says_what: str) -> None:
    checks = by_name(await check_ollama(Environment({"OLLAMA_HOST": host}, {})))

    assert (checks["ollama url"].state, says_what in checks["ollama url"].cause) == (FAILED, True)
