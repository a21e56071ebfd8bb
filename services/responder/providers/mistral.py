"""Mistral's chat API over httpx2: one POST, one SSE reader, no retries. Source: platform
OpenAPI.
"""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec

from services.responder.prompt import MAX_TOKENS, SCHEMA
from services.responder.providers.keys import what_is_wrong
from services.responder.providers.provider import (
    Condition,
    Done,
    ProviderFailed,
    ProviderState,
    Reason,
    Text,
    Tier,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from services.responder.prompt import Prompt
    from services.responder.providers.provider import Limits

_EVENT_BYTES_MOST = 256 * 1024
_TEXT_BYTES_MOST = 64 * 1024
# What a bad key or a missing model will say again; one probe a minute finds out if it was mended.
_REMEMBER_SECONDS = 60.0
_GOOD_ENDINGS = frozenset({"stop"})
_BY_STATUS = {
    401: Reason.UNAUTHORIZED,
    404: Reason.MODEL_MISSING,
    413: Reason.CONTEXT_LENGTH,
    422: Reason.REQUEST_REJECTED,
    503: Reason.CAPACITY,
}
_REMEDIES = {
    Reason.UNAUTHORIZED: "Mistral refuses the key; make a new one and set MISTRAL_API_KEY",
    Reason.FORBIDDEN: "the key lacks the right for this model; change MISTRAL_MODEL or the key",
    Reason.MODEL_MISSING: "the model does not exist; change MISTRAL_MODEL",
    Reason.TLS: "the certificate cannot be checked; are ca-certificates installed?",
}
_CONDITIONS = {
    Reason.MODEL_MISSING: Condition.MODEL_MISSING,
    Reason.UNAUTHORIZED: Condition.MISCONFIGURED,
    Reason.FORBIDDEN: Condition.MISCONFIGURED,
    Reason.TLS: Condition.MISCONFIGURED,
}


class _Delta(msgspec.Struct):
    content: Any = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Event(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    model: str = ""
    object: str = ""
    error: Any = None


_EVENT = msgspec.json.Decoder(_Event)


def open_client() -> httpx2.AsyncClient:
    """One for the process; `asyncio` holds every limit, so reads have none of their own."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=1.0, pool=1.0),
        limits=httpx2.Limits(max_connections=200, max_keepalive_connections=200),
        headers={"user-agent": "cassava/0.1"},
    )


class Mistral:
    tier = Tier.MISTRAL

    def __init__(self, client: httpx2.AsyncClient, key: str | None, model: str, url: str) -> None:
        self._client = client
        self._key = (key or "").strip()
        self._model = model
        self._url = url.rstrip("/").removesuffix("/v1") + "/v1/chat/completions"
        self._fault = "" if key is None else what_is_wrong(key)
        self._is_configured = key is not None
        self._failed: tuple[float, Reason] | None = None

    def state(self) -> ProviderState:
        if not self._is_configured:
            remedy = "set MISTRAL_API_KEY to use it"
            return ProviderState(Condition.DISABLED, Reason.NOT_CONFIGURED, self._model, remedy)
        if self._fault:
            return ProviderState(
                *(Condition.MISCONFIGURED, Reason.KEY_MALFORMED, self._model),
                f"MISTRAL_API_KEY: {self._fault}",
            )
        if self._failed and time.monotonic() - self._failed[0] < _REMEMBER_SECONDS:
            reason = self._failed[1]
            return ProviderState(
                *(_CONDITIONS[reason], reason, self._model, _REMEDIES.get(reason, ""))
            )
        return ProviderState(Condition.READY, model=self._model)

    async def ask(self, prompt: Prompt, limits: Limits) -> AsyncGenerator[Text | Done, None]:
        """Stream one reply; done only when a `finish_reason` was seen."""
        try:
            async with self._client.stream(
                *("POST", self._url),
                headers={"authorization": f"Bearer {self._key}", "accept": "text/event-stream"},
                json=body_of(prompt, self._model),
            ) as response:
                if response.status_code != httpx2.codes.OK:
                    raise self._noted(_failure(response, await response.aread()))
                async for piece in _pieces(_events(response.aiter_bytes()), self._model):
                    yield piece
                self._failed = None
        except httpx2.ConnectError as error:
            raise self._noted(ProviderFailed(_unreached(error))) from None
        except httpx2.HTTPError:
            raise ProviderFailed(Reason.CUT) from None

    def _noted(self, failed: ProviderFailed) -> ProviderFailed:
        if failed.reason in _CONDITIONS:
            self._failed = (time.monotonic(), failed.reason)
        return failed


def body_of(prompt: Prompt, model: str) -> dict[str, Any]:
    """Only fields of `ChatCompletionRequest`: unknown ones are refused."""
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": prompt.user},
        ],
        "temperature": 0.2,
        "max_tokens": MAX_TOKENS,
        "stream": True,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "schema": SCHEMA, "strict": True},
        },
    }


async def _events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each server-sent event; several `data:` lines are one."""
    buffer = b""
    async for chunk in chunks:
        buffer = (buffer + chunk).replace(b"\r\n", b"\n")
        if len(buffer) > _EVENT_BYTES_MOST:
            raise ProviderFailed(Reason.MALFORMED)
        *whole, buffer = buffer.split(b"\n\n")
        for event in whole:
            lines = [line[5:].lstrip() for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                yield b"\n".join(lines)


async def _pieces(events: AsyncIterator[bytes], model: str) -> AsyncGenerator[Text | Done, None]:
    """Text and, at the finish, `Done`. A skipped token is a wrong answer, so nothing is skipped."""
    usage, said = Usage(), 0
    async for data in events:
        if data == b"[DONE]":
            break
        try:
            event = _EVENT.decode(data)
        except msgspec.DecodeError:
            raise ProviderFailed(Reason.MALFORMED) from None
        if event.error is not None or event.object.lower() == "error":
            raise ProviderFailed(Reason.SERVER_ERROR)
        if event.usage:
            usage = Usage(event.usage.prompt_tokens or 0, event.usage.completion_tokens or 0)
        for choice in event.choices:
            text = _text(choice.delta.content if choice.delta else None)
            said += len(text)
            if said > _TEXT_BYTES_MOST:
                raise ProviderFailed(Reason.INVALID_OUTPUT)
            if text:
                yield Text(text)
            if choice.finish_reason:
                if choice.finish_reason in {"length", "model_length"}:
                    raise ProviderFailed(Reason.LENGTH)
                if choice.finish_reason not in _GOOD_ENDINGS:
                    raise ProviderFailed(Reason.SERVER_ERROR)
                yield Done(event.model or model, usage)
                return


def _text(content: Any) -> str:
    """A string, nothing, or a list of chunks whose texts are joined (thinking is not for
    customers).
    """
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(
            c.get("text", "") for c in content if isinstance(c, dict) and c.get("type") == "text"
        )
    return ""


def _failure(response: httpx2.Response, body: bytes) -> ProviderFailed:
    """By status, then by what 403, 400 and 429 each mean twice."""
    status, words = response.status_code, body[:4096].lower()
    after = _retry_after(response.headers.get("retry-after", ""))
    if status == httpx2.codes.FORBIDDEN:
        return ProviderFailed(Reason.CONTENT_FILTER if b"guardrails" in words else Reason.FORBIDDEN)
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        is_full = b"capacity exceeded" in words
        return ProviderFailed(Reason.CAPACITY if is_full else Reason.RATE_LIMITED, after)
    if status == httpx2.codes.BAD_REQUEST:
        is_long = any(word in words for word in (b"context", b"too long", b"token"))
        return ProviderFailed(Reason.CONTEXT_LENGTH if is_long else Reason.REQUEST_REJECTED)
    if status in _BY_STATUS:
        return ProviderFailed(_BY_STATUS[status], after)
    is_theirs = status >= httpx2.codes.INTERNAL_SERVER_ERROR
    return ProviderFailed(Reason.SERVER_ERROR if is_theirs else Reason.REQUEST_REJECTED)


def _retry_after(value: str) -> float | None:
    return float(value) if value.isdecimal() else None


def _unreached(error: httpx2.ConnectError) -> Reason:
    cause = error.__cause__ or error.__context__
    return (
        Reason.TLS
        if isinstance(cause, ssl.SSLError) or "certificate" in str(error).lower()
        else Reason.UNREACHABLE
    )
