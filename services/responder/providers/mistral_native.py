"""Mistral's API over aiohttp: one POST, one reader of server-sent events, no retries."""

from __future__ import annotations

from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import msgspec
from yarl import URL

from services.responder.providers.mistral import Event, failure
from services.responder.providers.provider import ProviderFailed, Reason, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

_EVENT_BYTES_MOST = 256 * 1024


class _Delta(msgspec.Struct):
    content: Any = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    model: str = ""
    object: str = ""
    error: Any = None


_CHUNK = msgspec.json.Decoder(_Chunk)


@asynccontextmanager
async def open_transport(key: str, url: str) -> AsyncIterator[Native]:
    """One session for the process; `asyncio` holds every limit, so reads have none of their own."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=200),
        timeout=aiohttp.ClientTimeout(sock_connect=1.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        proxy=_proxy(url),
        headers={
            "authorization": f"Bearer {key.strip()}",
            "accept": "text/event-stream, application/json",
            "content-type": "application/json",
            "user-agent": "cassava/0.1",
        },
    ) as session:
        yield Native(session, url)


class Native:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        base = url.rstrip("/").removesuffix("/v1")
        self._chat, self._models = URL(f"{base}/v1/chat/completions"), URL(f"{base}/v1/models")

    async def events(self, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        has_begun = False
        try:
            async with self._session.post(
                self._chat, data=msgspec.json.encode(body), allow_redirects=False
            ) as response:
                has_begun = True
                if response.status != HTTPStatus.OK:
                    after = response.headers.get("retry-after", "")
                    raise failure(response.status, await response.read(), after)
                async for data in _data(response.content.iter_any()):
                    if data != b"[DONE]":
                        yield _event(data)
        except aiohttp.ClientError as error:
            raise _failed(error, has_begun=has_begun) from None

    async def models(self) -> None:
        limit = aiohttp.ClientTimeout(total=5.0, sock_connect=1.0)
        try:
            async with self._session.get(
                self._models, timeout=limit, allow_redirects=False
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise failure(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _failed(error, has_begun=False) from None


def _proxy(url: str) -> str | None:
    """The environment's; asked once, as looking through it costs a tenth of a reply."""
    parts, proxies = urlsplit(url), getproxies()
    if proxy_bypass(parts.hostname or ""):
        return None
    return proxies.get(parts.scheme) or proxies.get("all")


async def _data(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each event; several `data:` lines are one, comments are passed over."""
    buffer = b""
    async for chunk in chunks:
        buffer = (buffer + chunk).replace(b"\r\n", b"\n")
        *whole, buffer = buffer.split(b"\n\n")
        if max(map(len, (*whole, buffer))) > _EVENT_BYTES_MOST:
            raise ProviderFailed(Reason.MALFORMED)
        for event in whole:
            lines = [line[5:].lstrip() for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                yield b"\n".join(lines)


def _event(data: bytes) -> Event:
    """Raise for what is no event: a skipped token is a wrong answer."""
    try:
        chunk = _CHUNK.decode(data)
    except msgspec.DecodeError:
        raise ProviderFailed(Reason.MALFORMED) from None
    if chunk.error is not None or chunk.object.lower() == "error":
        raise ProviderFailed(Reason.SERVER_ERROR)
    used = chunk.usage
    choice = chunk.choices[0] if chunk.choices else _Choice()
    return Event(
        content=choice.delta.content if choice.delta else None,
        finish=choice.finish_reason or "",
        model=chunk.model,
        usage=Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else None,
    )


def _failed(error: Exception, *, has_begun: bool) -> ProviderFailed:
    """Before the first byte nothing was received, so repeating is safe: `unreachable`."""
    if has_begun:
        return ProviderFailed(Reason.CUT)
    if isinstance(error, aiohttp.ClientSSLError):
        return ProviderFailed(Reason.TLS)
    is_refused = isinstance(error, aiohttp.ClientConnectorError)
    return ProviderFailed(Reason.UNREACHABLE, is_refused=is_refused)
