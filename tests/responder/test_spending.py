"""What a tenant lets paid models use, under calls that come at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from services.responder.draft import Budget
from services.responder.prompt import Prompt
from services.responder.providers.provider import ProviderFailed, Reason, Tier, Usage
from services.responder.settings import PRICES
from services.responder.spending.purse import Purse
from tests.responder.scene import a_question, a_scene

if TYPE_CHECKING:
    from mesh.postgres import Pool

MODEL = "mistral-small-latest"
WORDS = Prompt("s" * 350, "", "mark")  # 100 tokens; 550 with the longest answer


@pytest.fixture
def purse(pool: Pool) -> Purse:
    return Purse(pool, PRICES, MODEL)


async def spend(purse: Purse, tenant: str, budget: Budget, used: Usage | None = None) -> None:
    async with purse.opened(a_question(tenant_id=tenant, budget=budget), WORDS) as bill:
        if used:
            bill.usage = purse.priced(used)


async def is_refused(purse: Purse, tenant: str, budget: Budget) -> bool:
    try:
        await spend(purse, tenant, budget)
    except ProviderFailed as failed:
        return failed.reason is Reason.BUDGET
    return False


def test_a_price_is_dollars_a_million_tokens(purse: Purse) -> None:
    assert purse.priced(Usage(1000, 100)).cost_micros == 150 + 60


async def test_the_day_is_over_when_its_tokens_are(purse: Purse, tenant: str) -> None:
    budget = Budget(day_tokens=1200)

    await spend(purse, tenant, budget, Usage(600, 100))

    assert await is_refused(purse, tenant, budget)
    assert not await is_refused(purse, f"{tenant}-2", budget)


async def test_what_was_reserved_and_not_used_comes_back(purse: Purse, tenant: str) -> None:
    budget = Budget(day_tokens=600)

    for _ in range(3):
        await spend(purse, tenant, budget, Usage(10, 1))

    assert not await is_refused(purse, tenant, budget)


async def test_the_month_is_over_when_its_money_is(purse: Purse, tenant: str) -> None:
    budget = Budget(month_cost_micros=600)

    await spend(purse, tenant, budget, Usage(1000, 500))

    assert await is_refused(purse, tenant, budget)


async def test_calls_at_once_never_pass_the_limit_together(purse: Purse, tenant: str) -> None:
    budget = Budget(day_tokens=550 * 3)

    refused = await asyncio.gather(*(is_refused(purse, tenant, budget) for _ in range(8)))

    assert refused.count(False) == 3


async def test_a_call_that_was_refused_bills_nothing(purse: Purse, tenant: str) -> None:
    budget = Budget(day_tokens=600)

    for _ in range(3):
        with pytest.raises(ProviderFailed):
            async with purse.opened(a_question(tenant_id=tenant, budget=budget), WORDS):
                raise ProviderFailed(Reason.CAPACITY)

    assert not await is_refused(purse, tenant, budget)


async def test_a_cancelled_call_bills_its_estimate(purse: Purse, tenant: str) -> None:
    budget = Budget(day_tokens=600)

    with pytest.raises(asyncio.CancelledError):
        async with purse.opened(a_question(tenant_id=tenant, budget=budget), WORDS):
            raise asyncio.CancelledError

    assert await is_refused(purse, tenant, budget)


async def test_over_the_budget_the_next_tier_answers(pool: Pool, tenant: str) -> None:
    async with a_scene("well", "well") as scene:
        scene.rungs[0].purse = Purse(pool, PRICES, MODEL)
        draft = await scene.reply(a_question(tenant_id=tenant, budget=Budget(day_tokens=1)))

    assert (draft.tier, draft.reason) == (Tier.OLLAMA, Reason.BUDGET)
    assert scene.mistral.chats == []


async def test_a_paid_answer_says_what_it_cost(pool: Pool, tenant: str) -> None:
    async with a_scene("well") as scene:
        scene.rungs[0].purse = Purse(pool, PRICES, MODEL)
        draft = await scene.reply(a_question(tenant_id=tenant))

    assert draft.usage.cost_micros == round(700 * 0.15 + 60 * 0.6)
