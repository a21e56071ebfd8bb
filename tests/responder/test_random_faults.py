"""Whatever two providers do at random: every question is answered, in time, with its reason."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from mesh import deadline
from services.responder.providers.provider import Tier
from tests.providers import mistral as at_mistral
from tests.providers import ollama as at_ollama
from tests.providers.canonical import REPLY
from tests.responder.scene import a_question, a_scene

if TYPE_CHECKING:
    from services.responder.draft import Draft
    from tests.providers.wire import Behaviour, Reply
    from tests.responder.scene import Scene

_DEADLINE_SECONDS = 4.0
_QUESTIONS = 30
# The event loop of a crowded machine wakes late; a reply that forgot its deadline is later still.
_GRACE_SECONDS = 4.0


def anything(dice: random.Random, behaviours: dict[str, Behaviour]) -> Behaviour:
    kinds = [name for name in behaviours if name not in {"drips", "huge"}]

    async def behave(reply: Reply) -> None:
        await behaviours[dice.choice(kinds)](reply)

    return behave


async def ask(scene: Scene, number: int, pause: float) -> Draft:
    await asyncio.sleep(pause)
    with deadline.within(_DEADLINE_SECONDS):
        return await scene.reply(a_question(f"How long does refund number {number} take?"))


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_question_is_answered_in_time_and_says_by_whom_and_why(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # repeatable on purpose
    async with a_scene("any", "any", is_warm=False) as scene:
        scene.mistral.behaviours["any"] = anything(dice, at_mistral.BEHAVIOURS)
        scene.ollama.behaviours["any"] = at_ollama.loads(anything(dice, at_ollama.BEHAVIOURS))
        await scene.rungs[1].provider.probe()
        async with asyncio.timeout(1.5 + _DEADLINE_SECONDS + _GRACE_SECONDS):
            pauses = [dice.uniform(0, 1.5) for _ in range(_QUESTIONS)]
            asked = [ask(scene, number, pause) for number, pause in enumerate(pauses)]
            drafts = await asyncio.gather(*asked)

    assert all(draft.text for draft in drafts)
    assert all(draft.reason or draft.tier is Tier.MISTRAL or draft.cause for draft in drafts)
    whole = [draft for draft in drafts if draft.by_a_model]
    assert all(REPLY in draft.text for draft in whole)
