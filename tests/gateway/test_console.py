"""The built console as the gateway serves it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from services.gateway.console import Console

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

INDEX = b"<!doctype html><title>Console</title>"
SCRIPT = b"export const answer = 42;"
ASSET = "/console/assets/index-CK8DKpM9.js"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(INDEX)
    script = tmp_path / "assets" / "index-CK8DKpM9.js"
    script.write_bytes(SCRIPT)
    (tmp_path / "assets" / f"{script.name}.gz").write_bytes(gzip.compress(SCRIPT))
    return tmp_path


@pytest.fixture
async def client(built: Path) -> AsyncIterator[httpx2.AsyncClient]:
    console = Console(built)
    routes = [Route("/", console.landing), Route("/console/{path:path}", console.console)]
    transport = httpx2.ASGITransport(Starlette(routes=routes))
    async with httpx2.AsyncClient(transport=transport, base_url="http://edge") as opened:
        yield opened


@pytest.mark.parametrize("path", ["", "inbox", "conversations/x"])
async def test_every_address_of_the_console_is_its_one_page(
    client: httpx2.AsyncClient, path: str
) -> None:
    answer = await client.get(f"/console/{path}")

    policy = answer.headers["content-security-policy"]
    assert answer.content == INDEX
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_what_carries_its_hash_is_kept_for_ever(client: httpx2.AsyncClient) -> None:
    answer = await client.get(ASSET)

    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "gzip"), ("br", None), ("identity", None)]
)
async def test_a_file_comes_as_the_browser_can_take_it(
    client: httpx2.AsyncClient, accepted: str, coding: str | None
) -> None:
    answer = await client.get(ASSET, headers={"accept-encoding": accepted})

    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.content == SCRIPT


async def test_the_root_leads_to_the_console(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/console/")


async def test_without_a_build_the_root_says_where_everything_else_is(tmp_path: Path) -> None:
    routes = [Route("/", Console(tmp_path).landing)]
    transport = httpx2.ASGITransport(Starlette(routes=routes))
    async with httpx2.AsyncClient(transport=transport, base_url="http://edge") as client:
        answer = await client.get("/")

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http" not in answer.text
