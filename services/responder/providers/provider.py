"""What a provider can do, and how it may fail."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from services.responder.prompt import Prompt


# A stall is seen up to this share of its limit early.
_STALL_GRAIN = 0.05
# How long the end of a stream may take once its answer is whole: less than a new connection would.
_END_SECONDS = 0.1


class Tier(StrEnum):
    MISTRAL = "mistral"
    OLLAMA = "ollama"
    KNOWLEDGE = "knowledge"
    TEMPLATE = "template"

    def is_worse_than(self, other: Tier) -> bool:
        """The members stand in the order of the chain, best first."""
        order = list(Tier)
        return order.index(self) > order.index(other)


class Reason(StrEnum):
    """Why a tier did not answer; the contract's TierReason in lower case (a test compares them)."""

    NOT_CONFIGURED = "not_configured"
    KEY_MALFORMED = "key_malformed"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    TLS = "tls"
    MODEL_MISSING = "model_missing"
    REQUEST_REJECTED = "request_rejected"
    CONTEXT_LENGTH = "context_length"
    TRUNCATED = "truncated"
    CONTENT_FILTER = "content_filter"
    RATE_LIMITED = "rate_limited"
    CAPACITY = "capacity"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    FIRST_TOKEN_TIMEOUT = "first_token_timeout"  # noqa: S105 - a token of text
    STALL = "stall"
    TOO_SLOW = "too_slow"
    CUT = "cut"
    MALFORMED = "malformed"
    EMPTY = "empty"
    LENGTH = "length"
    COLD = "cold"
    BUSY = "busy"
    BREAKER_OPEN = "breaker_open"
    NO_TIME = "no_time"
    BUDGET = "budget"
    TIER_CAPPED = "tier_capped"
    INVALID_OUTPUT = "invalid_output"
    UNGROUNDED = "ungrounded"
    WRONG_LANGUAGE = "wrong_language"
    UNSAFE = "unsafe"
    WEAK_EVIDENCE = "weak_evidence"
    RETRIEVAL_FAILED = "retrieval_failed"
    RESPONDER_UNAVAILABLE = "responder_unavailable"
    COURTESY = "courtesy"
    RULE = "rule"


class ProviderFailed(Exception):
    """A vendor's failure in our words; `retry_after` in seconds, where it said so."""

    def __init__(
        self, reason: Reason, retry_after: float | None = None, *, is_refused: bool = False
    ) -> None:
        super().__init__(reason.value)
        # Nobody listens there: in a moment nobody will either.
        self.is_refused = is_refused
        self.reason = reason
        self.retry_after = retry_after
        # Words had come before it failed: asking the same again is no longer free of risk.
        self.has_begun = False


class Condition(StrEnum):
    READY = "ready"
    DEGRADED = "degraded"
    COLD = "cold"
    UNREACHABLE = "unreachable"
    MODEL_MISSING = "model_missing"
    MISCONFIGURED = "misconfigured"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class ProviderState:
    """How a provider stands, as last seen; `remedy` is for whoever can mend it."""

    condition: Condition
    reason: Reason | None = None
    model: str = ""
    remedy: str = ""

    @property
    def may_run(self) -> bool:
        """Worth asking: what is misconfigured, off or still loading is not."""
        return self.condition in {
            Condition.READY,
            Condition.DEGRADED,
            Condition.UNREACHABLE,
        }


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_micros: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    model: str
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; `end` is the event loop's time at which the tier's share is over."""

    end: float
    first_token_seconds: float
    stall_seconds: float


class Provider(Protocol):
    """One `Done`, or `ProviderFailed`; never a partial answer that looks whole.

    What comes after it counts for nothing, but only who reads to the end keeps the connection.
    """

    tier: Tier

    def state(self) -> ProviderState:
        """Remembered; no I/O."""

    def ask(self, prompt: Prompt, limits: Limits) -> AsyncGenerator[Text | Done, None]:
        """Stream one reply. Raises `ProviderFailed` for whatever its vendor raises."""

    async def probe(self) -> ProviderState:
        """Find out how it stands; costs no tokens, raises nothing."""


async def collect(
    pieces: AsyncGenerator[Text | Done, None],
    limits: Limits,
    hears: Callable[[str], None] = lambda _: None,
) -> tuple[str, Done]:
    """The whole reply, or `ProviderFailed`: only a stream shows a first token and a stall."""
    text: list[str] = []
    moved = 0.0
    try:
        async with asyncio.timeout_at(limits.end) as share, aclosing(pieces):
            async with asyncio.timeout(limits.first_token_seconds) as gap:
                async for piece in pieces:
                    if isinstance(piece, Done):
                        await _to_the_end(pieces)
                        return "".join(text), piece
                    if piece.text:  # a role or an empty delta is no token
                        text.append(piece.text)
                        hears(piece.text)
                        moved = _moved(gap, limits.stall_seconds, moved)
    except ProviderFailed as failed:
        failed.has_begun = bool(text)
        raise
    except TimeoutError:
        if share.expired():
            raise ProviderFailed(Reason.TOO_SLOW) from None
        raise ProviderFailed(Reason.STALL if text else Reason.FIRST_TOKEN_TIMEOUT) from None
    raise ProviderFailed(Reason.CUT)


async def _to_the_end(pieces: AsyncGenerator[Text | Done, None]) -> None:
    """A response that is left before its end takes its connection along."""
    with suppress(ProviderFailed, TimeoutError):
        async with asyncio.timeout(_END_SECONDS):
            async for _ in pieces:
                pass


def _moved(gap: asyncio.Timeout, seconds: float, before: float) -> float:
    """When the limit was last moved: a timer for each of a hundred pieces a second is too many."""
    now = asyncio.get_running_loop().time()
    if now - before < seconds * _STALL_GRAIN:
        return before
    gap.reschedule(now + seconds)
    return now
