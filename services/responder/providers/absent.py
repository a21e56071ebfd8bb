"""A tier that nobody has configured: it stays in the chain, so that its absence has a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.providers.provider import (
    Condition,
    Done,
    ProviderFailed,
    ProviderState,
    Reason,
    Text,
    Tier,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from services.responder.prompt import Prompt
    from services.responder.providers.provider import Limits

_SETTINGS = {Tier.MISTRAL: "MISTRAL_API_KEY", Tier.OLLAMA: "OLLAMA_HOST"}


class Absent:
    """Loads nothing of its vendor's: 15 MB for both."""

    def __init__(self, tier: Tier, model: str) -> None:
        self.tier = tier
        self._model = model

    def state(self) -> ProviderState:
        remedy = f"set {_SETTINGS[self.tier]} to use it"
        return ProviderState(Condition.DISABLED, Reason.NOT_CONFIGURED, self._model, remedy)

    async def ask(self, prompt: Prompt, limits: Limits) -> AsyncGenerator[Text | Done, None]:
        raise ProviderFailed(Reason.NOT_CONFIGURED)
        yield  # what makes it a stream

    async def probe(self) -> ProviderState:
        return self.state()
