"""A local model that is not in memory: nobody waits for it, and it is loaded meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from services.responder.providers.absent import Absent
from services.responder.providers.provider import Condition, Reason, Tier
from tests.responder.scene import Scene, a_scene


async def until_warm(scene: Scene) -> None:
    async with asyncio.timeout(5):
        while scene.rungs[1].provider.state().condition is not Condition.READY:  # noqa: ASYNC110  # a state has no event
            await asyncio.sleep(0.01)


async def test_a_cold_model_is_passed_over_and_loaded() -> None:
    async with a_scene(ollama="well", is_warm=False) as scene:
        cold = await scene.reply()
        await until_warm(scene)
        warm = await scene.reply()

    assert (cold.tier, [step.reason for step in cold.steps][1]) == (Tier.KNOWLEDGE, Reason.COLD)
    assert warm.tier is Tier.OLLAMA


async def test_thirty_questions_to_a_cold_model_load_it_once() -> None:
    async with a_scene(ollama="well", is_warm=False) as scene:
        await asyncio.gather(*(scene.reply() for _ in range(30)))
        await until_warm(scene)

    assert len(scene.ollama.requests) == 1


@pytest.mark.parametrize(
    ("keep_alive", "condition"),
    [("0", Condition.COLD), ("-1", Condition.READY), ("1h30m", Condition.READY)],
)
async def test_a_model_is_cold_when_the_server_has_put_it_away(
    keep_alive: str, condition: Condition
) -> None:
    async with a_scene(ollama="well", keep_alive=keep_alive) as scene:
        assert scene.rungs[1].provider.state().condition is condition


@pytest.mark.parametrize(
    ("tier", "setting"), [(Tier.MISTRAL, "MISTRAL_API_KEY"), (Tier.OLLAMA, "OLLAMA_HOST")]
)
async def test_what_is_not_configured_is_off_and_says_how_it_is_mended(
    tier: Tier, setting: str
) -> None:
    absent = Absent(tier, "m")

    state = await absent.probe()

    assert (state.condition, state.reason) == (Condition.DISABLED, Reason.NOT_CONFIGURED)
    assert setting in state.remedy
