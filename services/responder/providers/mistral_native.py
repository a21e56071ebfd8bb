"""Mistral's API over httpx2: one POST, one reader of server-sent events, no retries."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec

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
    """One client for the process; `asyncio` holds every limit, so reads have none of their own."""
    async with httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=1.0, pool=1.0),
        limits=httpx2.Limits(max_connections=200, max_keepalive_connections=200),
        headers={"user-agent": "cassava/0.1"},
    ) as client:
        yield Native(client, key, url)


class Native:
    def __init__(self, client: httpx2.AsyncClient, key: str, url: str) -> None:
        self._client = client
        self._headers = {
            "authorization": f"Bearer {key.strip()}",
            "accept": "text/event-stream",
            "content-type": "application/json",
        }
        self._base = url.rstrip("/").removesuffix("/v1")

    async def events(self, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        has_begun = False
        try:
            async with self._client.stream(
                *("POST", f"{self._base}/v1/chat/completions"),
                headers=self._headers,
                content=msgspec.json.encode(body),
            ) as response:
                has_begun = True
                if response.status_code != httpx2.codes.OK:
                    after = response.headers.get("retry-after", "")
                    raise failure(response.status_code, await response.aread(), after)
                async for data in _data(response.aiter_bytes()):
                    if data != b"[DONE]":
                        yield _event(data)
        except httpx2.HTTPError as error:
            raise _failed(error, has_begun=has_begun) from None

    async def models(self) -> None:
        try:
            response = await self._client.get(
                f"{self._base}/v1/models", headers=self._headers, timeout=5.0
            )
        except httpx2.HTTPError as error:
            raise _failed(error, has_begun=False) from None
        if response.status_code != httpx2.codes.OK:
            raise failure(response.status_code, response.content)


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


def _failed(error: httpx2.HTTPError, *, has_begun: bool) -> ProviderFailed:
    """Before the first byte nothing was received, so repeating is safe: `unreachable`."""
    if has_begun:
        return ProviderFailed(Reason.CUT)
    cause = error.__cause__ or error.__context__
    is_tls = isinstance(cause, ssl.SSLError) or "certificate" in str(error).lower()
    if is_tls:
        return ProviderFailed(Reason.TLS)
    return ProviderFailed(Reason.UNREACHABLE, is_refused=isinstance(error, httpx2.ConnectError))
