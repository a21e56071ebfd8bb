"""A model on our own machine, through the official SDK; every limit explicit."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import re
import time
from contextlib import aclosing
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import ollama

from services.responder.prompt import MAX_TOKENS
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
    from collections.abc import AsyncGenerator, Iterator

    from services.responder.prompt import Prompt
    from services.responder.providers.provider import Limits

# Far fewer tokens read than we sent: the server cut the prompt without a word (ollama#17427).
# Low, because our estimate is rough.
_READ_SHARE_LEAST = 0.4
_WINDOW_SHARE_MOST = 0.75
# A cold model takes this long at worst; a client that goes away aborts the load (ollama#7408).
_LOAD_SECONDS = 120.0
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
_QUEUE_FULL, _NO_MODEL, _SERVER_ERROR, _TOO_MANY = 503, 404, 500, 429
_retry_after: ContextVar[float | None] = ContextVar("ollama_retry_after", default=None)


class Ollama:
    tier = Tier.OLLAMA

    def __init__(self, host: str, model: str, *, window_tokens: int, keep_alive: str) -> None:
        self._host = host
        self._model = model
        self._window = window_tokens
        self._keep_alive = keep_alive
        self._failed: Reason | None = None
        self._stays_seconds = _seconds(keep_alive)
        self._is_loaded_until = 0.0
        # Its default is no timeout at all; ours are held by asyncio.
        self._client = ollama.AsyncClient(
            host=host,
            timeout=httpx.Timeout(_LOAD_SECONDS, connect=1.0),
            # The SDK's errors carry no headers.
            event_hooks={"response": [_keep_retry_after]},
        )

    @property
    def is_private(self) -> bool:
        """On this machine or a private address: what it reads stays with us."""
        name = urlsplit(self._host if "//" in self._host else f"//{self._host}").hostname or ""
        try:
            address = ipaddress.ip_address(name)
            return address.is_private or address.is_loopback
        except ValueError:
            return name == "localhost"

    def state(self) -> ProviderState:
        match self._failed:
            case Reason.UNREACHABLE:
                remedy = "is `ollama serve` running at OLLAMA_HOST?"
                return ProviderState(Condition.UNREACHABLE, self._failed, self._model, remedy)
            case Reason.MODEL_MISSING:
                # Asked again each time: a pull mends it without us being told.
                remedy = f"run `ollama pull {self._model}`"
                return ProviderState(Condition.DEGRADED, self._failed, self._model, remedy)
        if time.monotonic() >= self._is_loaded_until:
            # A load takes up to 40 s, and whoever asks for it and goes away ends it.
            return ProviderState(Condition.COLD, Reason.COLD, self._model, "it is being loaded")
        return ProviderState(Condition.READY, model=self._model)

    async def ask(self, prompt: Prompt, limits: Limits) -> AsyncGenerator[Text | Done, None]:
        """Stream one reply. A stream that ends without `done` is a cut one."""
        if prompt.estimated_tokens + MAX_TOKENS > _WINDOW_SHARE_MOST * self._window:
            raise ProviderFailed(Reason.CONTEXT_LENGTH)
        has_begun = False
        try:
            stream = await self._client.chat(**self._request(prompt))
            async with aclosing(stream):
                async for event in stream:
                    has_begun = True
                    for piece in self._pieces(event, prompt):
                        yield piece
        except ollama.ResponseError as error:
            raise self._noted(_reason(error), _retry_after.get()) from None
        except (ConnectionError, httpx.ConnectError):  # the SDK turns only some into its own
            self._noted(Reason.UNREACHABLE)
            raise ProviderFailed(Reason.UNREACHABLE, is_refused=not has_begun) from None
        except httpx.HTTPError:
            raise self._noted(Reason.CUT if has_begun else Reason.UNREACHABLE) from None
        except ValueError:  # not JSON, or JSON of another shape
            raise ProviderFailed(Reason.MALFORMED) from None

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            "stream": True,
            "format": prompt.schema,
            # Where it is absent, the server switches thinking on for models that can.
            "think": False,
            "keep_alive": self._keep_alive,
            # The same window in every call: another value reloads the model.
            "options": {"num_ctx": self._window, "num_predict": MAX_TOKENS, "temperature": 0.2},
        }

    def _pieces(self, event: ollama.ChatResponse, prompt: Prompt) -> Iterator[Text | Done]:
        if event.message and event.message.content:
            yield Text(event.message.content)
        if not event.done:
            return
        if event.done_reason == "length":
            raise ProviderFailed(Reason.LENGTH)
        read = event.prompt_eval_count or 0
        if 0 < read < _READ_SHARE_LEAST * prompt.estimated_tokens:
            raise ProviderFailed(Reason.TRUNCATED)
        self._note_loaded()
        yield Done(event.model or self._model, Usage(read, event.eval_count or 0))

    async def probe(self) -> ProviderState:
        """Load the model, out of everybody's way: that it is up and has it shows by that."""
        try:
            async with asyncio.timeout(_LOAD_SECONDS):
                # A chat without messages loads the model and says nothing; its window is ours.
                options = {"num_ctx": self._window}
                await self._client.chat(
                    model=self._model, messages=[], keep_alive=self._keep_alive, options=options
                )
            self._note_loaded()
        except ollama.ResponseError as error:
            self._noted(_reason(error))
        except (ConnectionError, httpx.HTTPError, ValueError, TimeoutError):
            self._noted(Reason.UNREACHABLE)
        return self.state()

    async def close(self) -> None:
        """Connections that wait for another question."""
        await self._client.close()  # type: ignore[no-untyped-call]  # the SDK's

    def _note_loaded(self) -> None:
        self._failed = None
        self._is_loaded_until = time.monotonic() + self._stays_seconds

    def _noted(self, reason: Reason, retry_after: float | None = None) -> ProviderFailed:
        self._failed = reason if reason in {Reason.UNREACHABLE, Reason.MODEL_MISSING} else None
        return ProviderFailed(reason, retry_after)


def _seconds(keep_alive: str) -> float:
    """As the server reads it: `30m`, `1h30m`, seconds alone; below zero is for ever."""
    if keep_alive.startswith("-"):
        return math.inf
    parts = re.findall(r"(\d+(?:\.\d+)?)(h|ms|m|s)?", keep_alive)
    return sum(float(amount) * _UNITS[unit] for amount, unit in parts)


async def _keep_retry_after(response: httpx.Response) -> None:
    said = response.headers.get("retry-after", "")
    _retry_after.set(float(said) if said.isdecimal() else None)


def _reason(error: ollama.ResponseError) -> Reason:
    if error.status_code == _NO_MODEL:
        return Reason.MODEL_MISSING
    if error.status_code == _QUEUE_FULL:
        return Reason.CAPACITY
    if error.status_code == _TOO_MANY:
        return Reason.RATE_LIMITED
    if error.status_code >= _SERVER_ERROR or error.status_code < 0:
        return Reason.SERVER_ERROR
    if "context" in str(error).lower() or "too long" in str(error).lower():
        return Reason.CONTEXT_LENGTH
    return Reason.REQUEST_REJECTED
