"""SJ-08: what is for operators does not exist outside, and no key works that nobody made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

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
