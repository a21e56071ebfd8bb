"""Files are fetched from their provider's own hosts only, and only what was promised."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from mesh import egress
from services.gateway.channels.channel import Account, Attachment
from services.gateway.channels.custom import Custom
from services.gateway.channels.fetching import (
    LARGEST_BYTES,
    FileLater,
    FileUnavailable,
    Hosts,
)
from services.gateway.channels.telegram import Telegram
from services.gateway.channels.whatsapp import WhatsApp

CONTENT = b"\x89PNG and more"
IN_BASE64 = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
ACCOUNT = Account("demo", "a", "whatsapp", "100", secrets={"access_token": ["token"]})
OWN = Account("demo", "a", "custom")
BOT = Account("demo", "a", "telegram", secrets={"bot_token": ["1:abc"]})
FILE = Attachment("9", "image/png", sha256=IN_BASE64)
HOSTS = Hosts("https://graph.facebook.com/v24.0", ("graph.facebook.com", "fbsbx.com", "fbcdn.net"))


@dataclass
class Store:
    """A provider's store: what it answers by path, and what it was asked with."""

    url: str = ""
    says: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    location: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)


@asynccontextmanager
async def a_store() -> AsyncIterator[Store]:
    store = Store()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1]
        lines = [line.partition(": ")[2] for line in head.split("\r\n") if ":" in line[:20]]
        token = next((line for line in lines if line.startswith("Bearer")), "")
        store.asked.append((path, token))
        status, body = store.says[path]
        more = f"location: {store.location}\r\n" if store.location else ""
        writer.write(
            f"HTTP/1.1 {status} x\r\nconnection: close\r\n{more}"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    store.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield store


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with a_store() as store:
        store.says = {"/9": (200, json.dumps({"url": f"{store.url}/file"}).encode())}
        yield store


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


async def test_a_tenants_own_file_is_fetched_where_the_operator_opened_the_network(
    store: Store,
) -> None:
    store.says["/file"] = (200, CONTENT)
    file = Attachment(f"{store.url}/file", "image/png")

    async with egress.open_client("127.0.0.0/8") as client:
        assert await Custom(client).fetch(OWN, file) == CONTENT
    assert store.asked == [("/file", "")]


@pytest.mark.parametrize(
    "address", ["{store}/file", "9", "ftp://files.example/a", "https://me:secret@files.example/a"]
)
async def test_a_tenants_own_file_is_never_fetched_from_inside(store: Store, address: str) -> None:
    async with egress.open_client() as client:
        with pytest.raises(FileUnavailable):
            await Custom(client).fetch(OWN, Attachment(address.format(store=store.url)))

    assert store.asked == []


async def test_trap_08_a_file_is_fetched_with_the_token(
    store: Store, client: httpx2.AsyncClient
) -> None:
    store.says["/file"] = (200, CONTENT)

    assert await WhatsApp(client, store.url).fetch(ACCOUNT, FILE) == CONTENT
    assert store.asked == [("/9", "Bearer token"), ("/file", "Bearer token")]


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (404, b"", FileLater),
        (401, b"", FileLater),
        (503, b"", FileLater),
        (410, b"", FileUnavailable),
        (302, b"", FileUnavailable),
        (200, b"other bytes", FileLater),
        (200, b"x" * (LARGEST_BYTES + 1), FileUnavailable),
    ],
)
async def test_what_is_not_the_promised_file_is_not_taken(
    store: Store, client: httpx2.AsyncClient, status: int, body: bytes, outcome: type[Exception]
) -> None:
    store.says["/file"] = (status, body)
    store.location = "http://127.0.0.1:1/" if status == 302 else ""

    with pytest.raises(outcome):
        await WhatsApp(client, store.url).fetch(ACCOUNT, FILE)


async def test_trap_08_no_token_goes_to_another_host(
    store: Store, client: httpx2.AsyncClient
) -> None:
    async with a_store() as other:
        store.says["/9"] = (200, json.dumps({"url": f"{other.url}/file"}).encode())

        with pytest.raises(FileUnavailable):
            await WhatsApp(client, store.url).fetch(ACCOUNT, FILE)

        assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://lookaside.fbsbx.com/a",
        "https://lookaside.fbsbx.com:8443/a",
        "https://lookaside.fbsbx.com.evil.example/a",
        "https://evilfbsbx.com/a",
        "https://user:pass@lookaside.fbsbx.com/a",
        "https://lookaside.fbsbx.com@127.0.0.1/a",
        "https://127.0.0.1\\@lookaside.fbsbx.com/a",
        "https://127.0.0.1#@lookaside.fbsbx.com/a",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a",
        "https://localhost./a",
        "file:///etc/passwd",
        "//lookaside.fbsbx.com/a",
        "https://[bad/a",
        "",
    ],
)
def test_any_other_address_is_refused_before_a_byte_is_sent(url: str) -> None:
    with pytest.raises(FileUnavailable):
        HOSTS.check(url)


@pytest.mark.parametrize(
    "url",
    ["https://lookaside.fbsbx.com/a?b=1", "https://scontent.x.fbcdn.net/v/a", HOSTS.base_url],
)
def test_metas_own_stores_are_taken(url: str) -> None:
    HOSTS.check(url)


def telegram_says(result: Any, status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps({"ok": status == 200, "result": result}).encode()


async def test_a_telegram_file_is_fetched_by_its_path(
    store: Store, client: httpx2.AsyncClient
) -> None:
    store.says["/bot1:abc/getFile"] = telegram_says({"file_path": "photos/file_1.jpg"})
    store.says["/file/bot1:abc/photos/file_1.jpg"] = (200, CONTENT)

    assert await Telegram(client, store.url).fetch(BOT, Attachment("x")) == CONTENT


@pytest.mark.parametrize("path", ["../../x", "a?b", "a#b", "", "http://evil.example/"])
async def test_a_path_that_leads_elsewhere_is_refused(
    store: Store, client: httpx2.AsyncClient, path: str
) -> None:
    store.says["/bot1:abc/getFile"] = telegram_says({"file_path": path})

    with pytest.raises(FileUnavailable) as refused:
        await Telegram(client, store.url).fetch(BOT, Attachment("x"))

    assert "1:abc" not in str(refused.value)


async def test_a_file_that_is_too_big_for_bots_is_unavailable(
    store: Store, client: httpx2.AsyncClient
) -> None:
    store.says["/bot1:abc/getFile"] = telegram_says(None, 400)

    with pytest.raises(FileUnavailable):
        await Telegram(client, store.url).fetch(BOT, Attachment("x"))
