"""A local model that is not in memory: nobody waits for it, and it is loaded meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from services.responder.providers.ollama import Ollama
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


def test_without_a_host_it_is_off() -> None:
    state = Ollama("", "m", window_tokens=8192, keep_alive="5m").state()

    assert (state.condition, state.reason) == (Condition.DISABLED, Reason.NOT_CONFIGURED)
