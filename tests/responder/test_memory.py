"""The same first question again: answered from memory, in its own tenant only."""

from __future__ import annotations

import json

import pytest

from services.responder.providers.provider import Tier
from tests.responder.scene import Keeper, a_question, a_scene


async def test_the_same_question_is_answered_again_without_a_call() -> None:
    async with a_scene("well") as scene:
        first = await scene.reply(a_question("How long does a refund take?"))
        again = await scene.reply(a_question("how long  does a Refund take?"))

    assert len(scene.mistral.chats) == 1
    assert (again.text, again.tier, again.is_paid) == (first.text, Tier.MISTRAL, False)
    assert (first.is_paid, again.usage.tokens, again.knowledge_version) == (True, 0, 3)


@pytest.mark.parametrize(
    "but",
    [
        {"tenant_id": "other"},
        {"language": "yo"},
        {"policy_version": "2"},
        {"earlier": [("customer", "Hi")]},
        {"text": "Call +254 20 5550100, how long does a refund take?"},
    ],
)
async def test_what_differs_is_asked_anew(but: dict[str, object]) -> None:
    async with a_scene("well") as scene:
        await scene.reply(a_question())
        await scene.reply(a_question(**but))  # type: ignore[arg-type]  # one field each

    assert len(scene.mistral.chats) == 2


async def test_what_carries_personal_data_is_never_kept() -> None:
    keeper = Keeper()
    async with a_scene("well", keeper=keeper) as scene:
        await scene.reply(a_question("I am ann@mail.example, when is my refund?"))

    assert keeper.kept == {}


async def test_another_tenants_answer_under_our_name_is_not_read() -> None:
    keeper = Keeper()
    async with a_scene("well", keeper=keeper) as scene:
        await scene.reply(a_question())
        name, value = next(iter(keeper.kept.items()))
        keeper.kept[name] = json.dumps({**json.loads(value), "tenant": "other"}).encode()
        await scene.reply(a_question())

    assert len(scene.mistral.chats) == 2
    assert "acme" not in name


async def test_an_answer_of_a_lesser_tier_is_not_kept() -> None:
    keeper = Keeper()
    async with a_scene("overloaded", "well", keeper=keeper) as scene:
        await scene.reply(a_question())

    assert keeper.kept == {}
