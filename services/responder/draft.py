"""A reply on its way through the chain, in the responder's own words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from services.responder.providers.provider import Reason, Tier, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.responder.knowledge.search import Hit


_CHARACTERS_MOST = 1500
# A screen of a telephone; the others scroll.
_CHARACTERS_MOST_ON = {"whatsapp": 1000, "telegram": 1000}


class Kind(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    HANDOVER = "handover"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung that was tried; without a reason it answered."""

    tier: Tier
    reason: Reason | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What a tenant lets paid models use; 0 is no limit."""

    day_tokens: int = 0
    month_cost_micros: int = 0

    @property
    def is_limited(self) -> bool:
        return bool(self.day_tokens or self.month_cost_micros)

    def within(self, other: Budget) -> Budget:
        """The stricter limit of each kind."""
        return Budget(
            _stricter(self.day_tokens, other.day_tokens),
            _stricter(self.month_cost_micros, other.month_cost_micros),
        )


def _stricter(one: int, other: int) -> int:
    return min(one, other) if one and other else one or other


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom, under which rules."""

    tenant_id: str
    tenant_name: str
    messages: Sequence[str]
    earlier_customer: Sequence[str]
    earlier: Sequence[tuple[str, str]]  # (speaker, text)
    intent: str
    language: str
    is_courtesy: bool
    tone: str
    threshold: float
    allowed_link_hosts: Sequence[str]
    best_tier: Tier | None
    asked_back_before: bool
    notice_for: str
    policy_version: str = ""
    persona: str = ""
    forbidden_topics: Sequence[str] = ()
    budget: Budget = Budget()
    channel: str = ""  # its kind
    conversation_id: str = ""
    rules: str = ""  # what a shadow tries instead of ours

    @property
    def text(self) -> str:
        return "\n".join(self.messages)

    @property
    def characters_most(self) -> int:
        """What a reply may have on its channel."""
        return _CHARACTERS_MOST_ON.get(self.channel, _CHARACTERS_MOST)

    @property
    def everything_said(self) -> str:
        """The conversation, for checking what a reply may repeat."""
        return "\n".join([*(text for _, text in self.earlier), *self.messages])


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be said; `reason` is why the best configured tier did not say it."""

    kind: Kind
    text: str
    tier: Tier
    model: str = ""
    sources: Sequence[Hit] = ()
    confidence: float = 0.0
    reason: Reason | None = None
    cause: str = ""
    steps: Sequence[Step] = ()
    usage: Usage = field(default_factory=Usage)
    summary: str = ""
    knowledge_version: int = 0
    is_remembered: bool = False  # from the cache: nothing was paid

    def with_steps(self, steps: Sequence[Step], reason: Reason | None) -> Draft:
        """The same draft with the way that led to it."""
        return replace(self, steps=tuple(steps), reason=reason)

    @property
    def is_paid(self) -> bool:
        """A model was asked, also where it asked for a person."""
        return not self.is_remembered and (self.by_a_model or bool(self.usage.tokens))

    @property
    def by_a_model(self) -> bool:
        return self.tier in {Tier.MISTRAL, Tier.OLLAMA}
