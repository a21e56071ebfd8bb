"""Mistral's API through its own SDK: slower, and the yardstick for the native transport.

Imported only where it is chosen: it costs 60 MB and most of a second (docs/decisions/0031).
"""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
from mistralai.client import Mistral, errors

from services.responder.providers.mistral import Event, failure
from services.responder.providers.provider import ProviderFailed, Reason, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

# Its timeouts count each read alone; the limits that matter are held by asyncio.
_LONGEST_MILLISECONDS = 60_000


@asynccontextmanager
async def open_transport(key: str, url: str) -> AsyncIterator[Sdk]:
    """The client is built once: two TLS contexts cost 140 ms."""
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    timeout = httpx2.Timeout(60.0, connect=1.0)
    async with httpx2.AsyncClient(limits=limits, timeout=timeout) as client:
        yield Sdk(
            Mistral(
                # An empty key would be read from the environment again, at every request.
                api_key=key.strip() or "none",
                server_url=url.rstrip("/").removesuffix("/v1"),
                async_client=client,
                timeout_ms=_LONGEST_MILLISECONDS,
            )
        )


class Sdk:
    def __init__(self, client: Mistral) -> None:
        self._client = client

    async def events(self, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        has_begun = False
        try:
            async with await self._client.chat.stream_async(**body) as stream:
                has_begun = True
                async for event in stream:
                    yield _event(event.data)
        except (errors.MistralError, errors.NoResponseError, httpx2.HTTPError) as error:
            raise _failed(error, has_begun=has_begun) from None

    async def models(self) -> None:
        try:
            await self._client.models.list_async()
        except (errors.MistralError, errors.NoResponseError, httpx2.HTTPError) as error:
            raise _failed(error, has_begun=False) from None


def _event(chunk: Any) -> Event:
    used, choice = chunk.usage, chunk.choices[0] if chunk.choices else None
    content = choice.delta.content if choice else None
    if isinstance(content, list):
        content = [part.model_dump() for part in content]
    return Event(
        content=content if isinstance(content, (str, list)) else None,
        finish=str(choice.finish_reason or "") if choice else "",
        model=chunk.model or "",
        usage=Usage(used.prompt_tokens or 0, used.completion_tokens or 0) if used else None,
    )


def _failed(error: Exception, *, has_begun: bool) -> ProviderFailed:
    if isinstance(error, errors.ResponseValidationError):
        # An error event in mid-stream and an unreadable one look alike to the SDK.
        is_said = '"error"' in str(error.body).lower()
        return ProviderFailed(Reason.SERVER_ERROR if is_said else Reason.MALFORMED)
    if isinstance(error, errors.MistralError):
        after = error.headers.get("retry-after", "")
        return failure(error.status_code, (error.body or "").encode(), after)
    if has_begun:
        return ProviderFailed(Reason.CUT)
    cause = error.__cause__ or error.__context__
    is_tls = isinstance(cause, ssl.SSLError) or "certificate" in str(error).lower()
    if is_tls:
        return ProviderFailed(Reason.TLS)
    return ProviderFailed(Reason.UNREACHABLE, is_refused=isinstance(error, httpx2.ConnectError))
