"""Money around one call: reserved before it, settled after it, free where nobody set a limit."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from mesh import logs
from mesh.errors import MeshError
from services.responder.prompt import MAX_TOKENS
from services.responder.providers.provider import ProviderFailed, Reason, Usage
from services.responder.spending.price import cost_micros
from services.responder.spending.store import SpendingStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import date

    from mesh.postgres import Pool
    from services.responder.draft import Budget
    from services.responder.prompt import Prompt

log = logs.get(__name__)
# Nothing was written, yet the provider may have read the prompt and bill it.
_MAY_BE_BILLED = frozenset({Reason.FIRST_TOKEN_TIMEOUT, Reason.TOO_SLOW, Reason.EMPTY})


@dataclass
class Bill:
    """What the call is taken to have used until its provider says it."""

    usage: Usage = field(default_factory=Usage)


class Asked(Protocol):
    """Whatever a model is asked for a tenant."""

    @property
    def tenant_id(self) -> str:
        """Who pays."""

    @property
    def budget(self) -> Budget:
        """How much at most."""


class Purse:
    def __init__(self, pool: Pool, prices: Mapping[str, tuple[float, float]], model: str) -> None:
        self._pool = pool
        self._prices = prices
        self._model = model

    def priced(self, usage: Usage) -> Usage:
        read, written = usage.prompt_tokens, usage.completion_tokens
        return replace(usage, cost_micros=cost_micros(self._prices, self._model, read, written))

    @asynccontextmanager
    async def opened(self, asked: Asked, words: Prompt) -> AsyncIterator[Bill]:
        """Raise `ProviderFailed` with `budget` where the call would pass a limit."""
        reserved = self.priced(Usage(words.estimated_tokens, MAX_TOKENS))
        bill = Bill(reserved)
        if not asked.budget.is_limited:
            yield bill
            return
        day = await self._reserve(asked.tenant_id, asked.budget, reserved)
        try:
            yield bill
        except ProviderFailed as failed:
            if (
                not failed.has_begun
                and failed.reason not in _MAY_BE_BILLED
                and (bill.usage is reserved)
            ):
                bill.usage = Usage()
            raise
        finally:
            await self._settle(asked.tenant_id, day, reserved, bill.usage)

    async def _reserve(self, tenant_id: str, budget: Budget, reserved: Usage) -> date:
        try:
            async with self._pool.transaction(tenant_id) as connection:
                day = await SpendingStore(connection, tenant_id).reserve(
                    *(reserved.tokens, reserved.cost_micros),
                    day_most=budget.day_tokens,
                    month_most=budget.month_cost_micros,
                )
        except MeshError:  # what cannot be counted is not spent
            day = None
        if day is None:
            raise ProviderFailed(Reason.BUDGET)
        return day

    async def _settle(self, tenant_id: str, day: date, reserved: Usage, used: Usage) -> None:
        """Missed, the reservation stays: a limit is never passed for it."""
        tokens = used.tokens - reserved.tokens
        cost = used.cost_micros - reserved.cost_micros
        try:
            async with self._pool.transaction(tenant_id) as connection:
                await SpendingStore(connection, tenant_id).settle(day, tokens, cost)
        except MeshError:
            log.warning("spending_not_settled")
