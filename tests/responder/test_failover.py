"""What providers do wrong, in both wire formats, and what the customer gets all the same.

The scenarios are Failover Bench's (failoverbench.dev, Saksham Kumar), in our words.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from services.responder.draft import Kind
from services.responder.providers.provider import Reason, Tier
from tests.providers.canonical import REPLY
from tests.responder.scene import TERMS, a_question, a_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from services.responder.draft import Draft
    from services.responder.rung import Terms
    from tests.responder.scene import Scene

_ours: ContextVar[bool] = ContextVar("ours", default=False)
_PATIENT = replace(TERMS, share_seconds=8.0)
_ONE_SLOT = replace(TERMS, slots=1)
BOTH = pytest.mark.parametrize("tier", ["mistral", "ollama"])


def a_scene_of(
    tier: str, behaviour: str, terms: Terms = TERMS
) -> AbstractAsyncContextManager[Scene]:
    mistral, ollama = (behaviour, None) if tier == "mistral" else (None, behaviour)
    return a_scene(mistral, ollama, terms=terms)


@contextmanager
def tasks_begun_here() -> Iterator[list[asyncio.Task[Any]]]:
    """The tasks that the body begins, and theirs; not those of servers on the same loop."""
    begun: list[asyncio.Task[Any]] = []
    loop = asyncio.get_running_loop()
    ours = _ours.set(True)

    def begin(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **options)
        if _ours.get():
            begun.append(task)
        return task

    loop.set_task_factory(begin)
    try:
        yield begun
    finally:
        loop.set_task_factory(None)
        _ours.reset(ours)


def is_whole(draft: Draft) -> bool:
    return REPLY in draft.text


def times(scene: Scene, tier: str) -> list[float]:
    return [request.at for request in scene.asked(tier).chats]


@BOTH
async def test_a_stated_rest_is_kept_once(tier: str) -> None:  # S01
    async with a_scene_of(tier, "rate-limited-once", terms=_PATIENT) as scene:
        draft = await scene.reply()

    first, second = times(scene, tier)
    assert second - first >= 1.8
    assert (draft.tier, is_whole(draft)) == (tier, True)


@BOTH
async def test_endless_rate_limits_lead_to_the_next_tier(tier: str) -> None:  # S02
    async with a_scene_of(tier, "rate-limited") as scene:
        draft = await scene.reply()
        again = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.RATE_LIMITED)
    assert again.reason is Reason.BREAKER_OPEN
    assert len(times(scene, tier)) == 1


@BOTH
async def test_one_server_error_is_tried_again(tier: str) -> None:  # S03
    async with a_scene_of(tier, "broken-once") as scene:
        draft = await scene.reply()

    assert (draft.tier, is_whole(draft), len(times(scene, tier))) == (tier, True, 2)


@BOTH
async def test_endless_overload_leads_to_the_next_tier(tier: str) -> None:  # S04
    async with a_scene_of(tier, "overloaded") as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.CAPACITY)
    assert len(times(scene, tier)) == 2


@BOTH
async def test_a_reset_before_any_byte_is_tried_again(tier: str) -> None:  # S05
    async with a_scene_of(tier, "resets-once") as scene:
        draft = await scene.reply()

    assert (draft.tier, is_whole(draft), len(times(scene, tier))) == (tier, True, 2)


@BOTH
@pytest.mark.parametrize("behaviour", ["silent", "only-headers"])  # S06, S07
async def test_silence_ends_at_the_first_token_limit(tier: str, behaviour: str) -> None:
    started = time.monotonic()
    async with a_scene_of(tier, behaviour) as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.FIRST_TOKEN_TIMEOUT)
    assert len(times(scene, tier)) == 1
    assert time.monotonic() - started < 3.0


@BOTH
async def test_of_an_answer_that_died_nothing_is_shown(tier: str) -> None:  # S08
    async with a_scene_of(tier, "dies") as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason, is_whole(draft)) == (Tier.KNOWLEDGE, Reason.CUT, True)
    assert "action" not in draft.text
    assert len(times(scene, tier)) == 1


@BOTH
async def test_a_stall_leaves_nothing_behind(tier: str) -> None:  # S09
    with tasks_begun_here() as begun:
        async with a_scene_of(tier, "stalls") as scene:
            draft = await scene.reply()
            await asyncio.sleep(0.1)
            left_open = scene.asked(tier).open_connections

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.STALL)
    assert left_open == 0
    assert begun
    assert not [task for task in begun if not task.done()]


@BOTH
async def test_a_broken_event_is_never_skipped(tier: str) -> None:  # S10
    async with a_scene_of(tier, "broken-event") as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason, is_whole(draft)) == (Tier.KNOWLEDGE, Reason.MALFORMED, True)


@BOTH
async def test_the_end_of_the_words_is_the_end(tier: str) -> None:  # S11
    started = time.monotonic()
    async with a_scene_of(tier, "no-done") as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.usage.completion_tokens) == (tier, 60)
    assert time.monotonic() - started < 3.0


@BOTH
async def test_a_context_too_long_is_tried_smaller(tier: str) -> None:  # S12
    async with a_scene_of(tier, "too-long") as scene:
        draft = await scene.reply()

    sizes = [len(str(request.body["messages"])) for request in scene.asked(tier).chats]
    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.CONTEXT_LENGTH)
    assert len(sizes) == 2
    assert sizes[1] < sizes[0]


async def test_a_content_filter_goes_to_a_person_and_no_other_model() -> None:  # S13
    async with a_scene("blocked", "well") as scene:
        draft = await scene.reply()

    assert (draft.kind, draft.tier) == (Kind.HANDOVER, Tier.TEMPLATE)
    assert (draft.reason, draft.cause) == (Reason.CONTENT_FILTER, "content_filter")
    assert scene.ollama.chats == []


async def test_no_request_ends_with_words_of_ours() -> None:  # S14
    said = [("customer", "Hi"), ("assistant", "Hello!"), ("customer", "I sent it back")]
    async with a_scene("dies", "well") as scene:
        draft = await scene.reply(a_question(earlier=said))

    for request in (*scene.mistral.chats, *scene.ollama.chats):
        assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert (draft.tier, draft.reason) == (Tier.OLLAMA, Reason.CUT)


@BOTH
async def test_a_provider_is_left_alone_while_down_and_found_again(tier: str) -> None:  # S15
    async with a_scene_of(tier, "overloaded") as scene:
        asked = scene.asked(tier)
        down = [await scene.reply() for _ in range(12)]
        asked.behaviours["overloaded"] = asked.behaviours["well"]
        await asyncio.sleep(1.1)
        up = await scene.reply()

    assert {draft.tier for draft in down} == {Tier.KNOWLEDGE}
    assert len(asked.chats) == 6  # five failures, and the probe that succeeds
    assert up.tier == tier


async def test_who_answers_is_who_is_named() -> None:  # S16
    async with a_scene("overloaded", "well") as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.model, draft.is_paid) == (Tier.OLLAMA, "llama3.2:3b", True)
    assert draft.usage.prompt_tokens == 900
    assert [(step.tier, step.reason) for step in draft.steps] == [
        (Tier.MISTRAL, Reason.CAPACITY),
        (Tier.OLLAMA, None),
    ]
