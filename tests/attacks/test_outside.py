"""What is for operators is not there outside, no key works that nobody made, nobody steers us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.tickets.builders import PLATFORM_KEY

if TYPE_CHECKING:
    from tests.attacks.conftest import Acme


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/stats", "/stats/prometheus", "/config_dump", "/quitquitquit", "/ready"),
        *("/readyz", "/debug", "/debug/pprof", "/.env", "/.git/config", "/admin", "/server-status"),
    ],
)
async def test_sj_08_what_operators_see_is_not_there(acme: Acme, path: str) -> None:
    answer = await acme.http.get(path)

    assert answer.status_code == httpx2.codes.NOT_FOUND
    assert "cassava_" not in answer.text


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        *("/api/generate", "/api/chat", "/api/tags", "/api/pull", "/api/embed", "/api/ps"),
        *("/api/version", "/v1/models", "/v1/chat/completions", "/v1/embeddings"),
        *("/ollama/api/tags", "/api/v1/../generate", "//api/tags", "/api%2ftags", "/api/tags/"),
    ],
)
async def test_si_09_nothing_at_the_edge_leads_to_a_model(acme: Acme, verb: str, path: str) -> None:
    """Not with a platform's key, and under whatever host's name."""
    url = httpx2.URL(acme.front.url).copy_with(raw_path=path.encode())
    asked = {"authorization": f"Bearer {PLATFORM_KEY}", "host": "ollama:11434"}

    answer = await acme.http.request(verb, url, headers=asked)

    assert answer.status_code in {307, 404, 405}
    assert "models" not in answer.text


@pytest.mark.parametrize(
    "key",
    [
        *(
            "admin",
            "demo",
            "test",
            "csk_demo_demo",
            "changeme",
            "csk_platform",
            "null",
            "undefined",
        ),
        "a mesh key for tests",
    ],
)
async def test_sj_08_no_key_works_that_nobody_made(acme: Acme, key: str) -> None:
    answer = await acme.http.get("/api/v1/tenants", headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == httpx2.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    "header",
    [
        "x-envoy-upstream-rq-timeout-ms",
        "x-envoy-upstream-rq-per-try-timeout-ms",
        "x-envoy-upstream-rq-timeout-alt-response",
    ],
)
async def test_sb_09_nobody_outside_chooses_how_long_the_edge_waits(
    acme: Acme, header: str
) -> None:
    """One millisecond is too short for every answer."""
    steered = {header: "1", "x-envoy-internal": "true"}

    answers = [await acme.http.get("/api/v1/tickets", headers=steered) for _ in range(3)]

    assert {each.status_code for each in answers} == {httpx2.codes.OK}


@pytest.mark.parametrize("header", ["x-envoy-external-address", "x-forwarded-for", "x-real-ip"])
async def test_sb_09_who_guesses_cannot_say_that_it_is_somebody_else(
    acme: Acme, header: str
) -> None:
    stem = f"csk_{header.encode().hex()[-16:]}"
    answers = [
        await acme.http.get(
            "/api/v1/tickets",
            headers={"authorization": f"Bearer {stem}_{n:064x}", header: f"198.51.100.{n}"},
        )
        for n in range(15)
    ]

    assert answers[0].status_code == httpx2.codes.UNAUTHORIZED
    assert answers[-1].status_code == httpx2.codes.TOO_MANY_REQUESTS
