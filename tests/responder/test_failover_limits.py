"""The chain over failing providers: limits and conduct."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY

from services.responder.conduct import CONDUCT, Then
from services.responder.draft import Kind
from services.responder.providers.provider import Reason, Tier
from tests.providers.canonical import REPLY
from tests.responder.scene import KEY, TERMS, a_scene

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from services.responder.draft import Draft
    from services.responder.rung import Terms
    from tests.responder.scene import Scene

_PATIENT = replace(TERMS, share_seconds=8.0)
_ONE_SLOT = replace(TERMS, slots=1)
BOTH = pytest.mark.parametrize("tier", ["mistral", "ollama"])


def a_scene_of(
    tier: str, behaviour: str, terms: Terms = TERMS
) -> AbstractAsyncContextManager[Scene]:
    mistral, ollama = (behaviour, None) if tier == "mistral" else (None, behaviour)
    return a_scene(mistral, ollama, terms=terms)


def is_whole(draft: Draft) -> bool:
    return REPLY in draft.text


def times(scene: Scene, tier: str) -> list[float]:
    return [request.at for request in scene.asked(tier).chats]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("unauthorized", Reason.UNAUTHORIZED),
        ("forbidden", Reason.FORBIDDEN),
        ("missing", Reason.MODEL_MISSING),
        ("rejected", Reason.REQUEST_REJECTED),
        ("full", Reason.CAPACITY),
        ("guardrail-broken", Reason.SERVER_ERROR),
        ("rate-limited-for-an-hour", Reason.RATE_LIMITED),
        ("error-event", Reason.SERVER_ERROR),
        ("null", Reason.EMPTY),
        ("blank", Reason.EMPTY),
        ("runs-long", Reason.LENGTH),
        ("huge", Reason.INVALID_OUTPUT),
        ("drips", Reason.FIRST_TOKEN_TIMEOUT),
        ("not-json", Reason.INVALID_OUTPUT),
        ("invents", Reason.UNGROUNDED),
    ],
)
@pytest.mark.parametrize("transport", ["native", "sdk"])
async def test_each_failure_of_mistral_has_its_reason(
    behaviour: str, reason: Reason, transport: str
) -> None:
    async with a_scene(behaviour, transport=transport) as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, reason)
    assert 1 <= len(scene.mistral.chats) <= 2


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("missing", Reason.MODEL_MISSING),
        ("error-event", Reason.SERVER_ERROR),
        ("not-done", Reason.CUT),
        ("runs-long", Reason.LENGTH),
        ("blank", Reason.EMPTY),
        ("cut-prompt", Reason.TRUNCATED),
        ("not-json", Reason.INVALID_OUTPUT),
        ("invents", Reason.UNGROUNDED),
    ],
)
async def test_each_failure_of_ollama_has_its_reason(behaviour: str, reason: Reason) -> None:
    async with a_scene(ollama=behaviour) as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, reason)


@pytest.mark.parametrize("behaviour", ["well", "chunks"])
@pytest.mark.parametrize("transport", ["native", "sdk"])
async def test_a_whole_answer_leaves_with_its_sources(behaviour: str, transport: str) -> None:
    async with a_scene(behaviour, transport=transport) as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.text, draft.reason) == (Tier.MISTRAL, REPLY, None)
    assert [hit.passage.title for hit in draft.sources] == ["Refunds"]
    assert (draft.usage.prompt_tokens, draft.usage.completion_tokens) == (700, 60)


async def test_a_model_may_ask_for_a_person() -> None:
    async with a_scene("hands-over", "well") as scene:
        draft = await scene.reply()

    assert (draft.kind, draft.cause, scene.ollama.chats) == (Kind.HANDOVER, "model", [])


async def test_a_leak_of_our_rules_goes_to_a_person() -> None:
    async with a_scene("leaks", "well") as scene:
        draft = await scene.reply()

    assert (draft.kind, draft.reason, scene.ollama.chats) == (Kind.HANDOVER, Reason.UNSAFE, [])


async def test_a_second_try_is_told_what_was_wrong() -> None:
    async with a_scene("invents") as scene:
        await scene.reply()

    first, second = (r.body["messages"][1]["content"] for r in scene.mistral.chats)
    assert "refused" not in first
    assert "held a number" in second


async def test_a_cancelled_reply_cancels_the_call() -> None:
    async with a_scene("silent") as scene:
        task = asyncio.create_task(scene.reply())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.1)

        assert scene.mistral.open_connections == 0


async def test_one_slot_and_many_calls_answers_all() -> None:
    async with a_scene(ollama="silent", terms=_ONE_SLOT) as scene:
        drafts = await asyncio.gather(*(scene.reply() for _ in range(30)))

    assert {draft.tier for draft in drafts} == {Tier.KNOWLEDGE}
    assert {draft.reason for draft in drafts} <= {Reason.BUSY, Reason.FIRST_TOKEN_TIMEOUT}
    assert len(scene.ollama.chats) <= 2


async def test_the_key_is_in_no_state() -> None:
    async with a_scene("unauthorized") as scene:
        await scene.reply()
        state = scene.rungs[0].provider.state()

    assert KEY not in repr(state)
    assert (state.condition, state.reason) == ("misconfigured", Reason.UNAUTHORIZED)


def test_every_failure_has_its_conduct() -> None:
    assert {*CONDUCT} == {*Reason}
    assert all(bool(c.problem) is (c.then is Then.REPAIR) for c in CONDUCT.values())


def unreachable(tier: str) -> float:
    said = {"provider": tier, "outcome": "unreachable"}
    return REGISTRY.get_sample_value("cassava_llm_requests_total", said) or 0.0


@BOTH
async def test_where_nobody_listens_nobody_is_asked_twice(tier: str) -> None:
    async with a_scene_of(tier, "well") as scene:
        scene.asked(tier).stops_listening()
        before = unreachable(tier)
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.UNREACHABLE)
    assert unreachable(tier) - before == 1
