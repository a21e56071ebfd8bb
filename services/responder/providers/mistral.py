"""Mistral, behind one of two transports; the only module that knows how its API may fail."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from services.responder.prompt import MAX_TOKENS
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
    from collections.abc import AsyncGenerator

    from services.responder.prompt import Prompt
    from services.responder.providers.provider import Limits

_TEXT_CHARACTERS_MOST = 64 * 1024
# What a bad key or a missing model will say again; one call a minute finds out if it was mended.
_REMEMBER_SECONDS = 60.0
_BY_STATUS = {401: Reason.UNAUTHORIZED, 404: Reason.MODEL_MISSING, 413: Reason.CONTEXT_LENGTH}
_STATES = {
    Reason.UNAUTHORIZED: (
        Condition.MISCONFIGURED,
        "Mistral refuses the key; make a new one and set MISTRAL_API_KEY",
    ),
    Reason.FORBIDDEN: (
        Condition.MISCONFIGURED,
        "the key lacks the right for this model; change MISTRAL_MODEL or the key",
    ),
    Reason.TLS: (
        Condition.MISCONFIGURED,
        "the certificate cannot be checked; are ca-certificates installed?",
    ),
    Reason.MODEL_MISSING: (
        Condition.MODEL_MISSING,
        "the model does not exist; change MISTRAL_MODEL",
    ),
    Reason.UNREACHABLE: (
        Condition.UNREACHABLE,
        "nothing answers at MISTRAL_SERVER_URL; check the address, DNS and the way out",
    ),
}
_BAD_REQUEST, _FORBIDDEN, _TOO_MANY, _THEIRS = 400, 403, 429, 500


@dataclass(frozen=True, slots=True)
class Event:
    """What we read of one event of the stream; a `finish` is the last one's."""

    content: Any = None
    finish: str = ""
    model: str = ""
    usage: Usage | None = None


class Transport(Protocol):
    """Carries one request; raises `ProviderFailed` for whatever its library raises."""

    def events(self, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """The stream, event by event; an unreadable one fails it."""

    async def models(self) -> None:
        """Ask for the list of models: checks the way and the key, costs no tokens."""


class Mistral:
    tier = Tier.MISTRAL

    def __init__(self, transport: Transport, key: str, model: str) -> None:
        self._transport = transport
        self._model = model
        self._fault = what_is_wrong(key)
        self._failed: tuple[float, Reason] | None = None

    def state(self) -> ProviderState:
        if self._fault:
            remedy = f"MISTRAL_API_KEY: {self._fault}"
            reason = Reason.KEY_MALFORMED
            return ProviderState(Condition.MISCONFIGURED, reason, self._model, remedy)
        if self._failed and time.monotonic() - self._failed[0] < _REMEMBER_SECONDS:
            condition, remedy = _STATES[self._failed[1]]
            return ProviderState(condition, self._failed[1], self._model, remedy)
        return ProviderState(Condition.READY, model=self._model)

    async def ask(self, prompt: Prompt, limits: Limits) -> AsyncGenerator[Text | Done, None]:
        """Stream one reply; done only when a good `finish_reason` was seen."""
        usage, said = Usage(), 0
        try:
            async for event in self._transport.events(body_of(prompt, self._model)):
                usage = event.usage or usage
                if text := _text(event.content):
                    said += len(text)
                    yield Text(text)
                if said > _TEXT_CHARACTERS_MOST:
                    raise ProviderFailed(Reason.INVALID_OUTPUT)
                if event.finish:
                    self._failed = None
                    yield Done(_finished(event, self._model), usage)
        except ProviderFailed as failed:
            self._note(failed.reason)
            raise

    async def probe(self) -> ProviderState:
        """Costs no tokens; a key that cannot be one is not tried."""
        if self._fault:
            return self.state()
        try:
            await self._transport.models()
            self._failed = None
        except ProviderFailed as failed:
            self._note(failed.reason)
        return self.state()

    def _note(self, reason: Reason) -> None:
        if reason in _STATES:
            self._failed = (time.monotonic(), reason)


def body_of(prompt: Prompt, model: str) -> dict[str, Any]:
    """Only fields of `ChatCompletionRequest`: unknown ones are refused."""
    body = {
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
            "json_schema": {"name": prompt.name, "schema": prompt.schema, "strict": True},
        },
        "prompt_cache_key": prompt.cache_key,
    }
    # The hybrid model thinks at length unless told not to; the others do not know the field.
    if model.startswith("mistral-small"):
        body["reasoning_effort"] = "none"
    return body


def failure(status: int, body: bytes, retry_after: str = "") -> ProviderFailed:
    """By status, then by what 400, 403 and 429 each mean twice."""
    words = body[:4096].lower()
    after = float(retry_after) if retry_after.isdecimal() else None
    if b"3201" in words and b"guardrail" in words:  # their own check broke; nothing was judged
        return ProviderFailed(Reason.SERVER_ERROR)
    if status == _FORBIDDEN:
        is_filter = b'"guardrails"' in words
        return ProviderFailed(Reason.CONTENT_FILTER if is_filter else Reason.FORBIDDEN)
    if status == _TOO_MANY:
        is_full = b"capacity exceeded" in words
        return ProviderFailed(Reason.CAPACITY if is_full else Reason.RATE_LIMITED, after)
    if status == _BAD_REQUEST and any(w in words for w in (b"context", b"too long", b"token")):
        return ProviderFailed(Reason.CONTEXT_LENGTH)
    if status == 503:  # noqa: PLR2004  # overload, by the API's own pages
        return ProviderFailed(Reason.CAPACITY, after)
    ours = _BY_STATUS.get(status, Reason.REQUEST_REJECTED)
    return ProviderFailed(Reason.SERVER_ERROR if status >= _THEIRS else ours)


def _finished(event: Event, model: str) -> str:
    """The model that answered; raise for every end but a good one."""
    if event.finish in {"length", "model_length"}:
        raise ProviderFailed(Reason.LENGTH)
    if event.finish != "stop":
        raise ProviderFailed(Reason.SERVER_ERROR)
    return event.model or model


def _text(content: Any) -> str:
    """A string, nothing, or chunks whose texts are joined: thinking is not for customers."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(
            chunk.get("text") or ""
            for chunk in content
            if isinstance(chunk, dict) and chunk.get("type") == "text"
        )
    return ""
