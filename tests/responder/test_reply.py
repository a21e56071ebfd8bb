"""What a customer gets, through the running service and through the chain without one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from cassava.responder.v1 import responder_pb2 as pb
from cassava.type.v1 import classification_pb2, outcome_pb2
from prometheus_client import REGISTRY
from pydantic import SecretStr

from mesh import deadline
from services.responder.draft import Kind
from services.responder.knowledge.search import Found, Hit
from services.responder.memory import Memory
from services.responder.providers.provider import Reason, Tier
from services.responder.reply import Replying
from tests.responder.scene import PASSAGE, Keeper, Nobody, Quotes, a_question, a_scene

if TYPE_CHECKING:
    from tests.responder.api import Api

Heard = classification_pb2.Classification


async def test_a_known_question_is_answered_from_its_article(api: Api, demo: str) -> None:
    reply = (await api.ask(demo, "How long does a refund take?")).outcome

    assert reply.kind == outcome_pb2.OUTCOME_KIND_ANSWER
    assert reply.tier == outcome_pb2.TIER_KNOWLEDGE
    assert "5 to 10 working days on a card" in reply.text
    assert reply.text.endswith("Source: Refunds")
    assert reply.sources[0].title == "Refunds"
    assert reply.sources[0].score == pytest.approx(reply.confidence, abs=0.001)


async def test_without_providers_the_reason_is_that_none_is_configured() -> None:
    async with a_scene() as scene:
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.NOT_CONFIGURED)
    assert [step.tier for step in draft.steps] == [Tier.MISTRAL, Tier.OLLAMA, Tier.KNOWLEDGE]


async def test_an_unknown_question_goes_to_a_person(api: Api, demo: str) -> None:
    reply = (await api.ask(demo, "What will the weather be like in Nairobi tomorrow?")).outcome

    assert reply.kind == outcome_pb2.OUTCOME_KIND_HANDOVER
    assert reply.handover_cause == outcome_pb2.HANDOVER_CAUSE_WEAK_EVIDENCE
    assert reply.fallback_reason == outcome_pb2.TIER_REASON_WEAK_EVIDENCE
    assert reply.tier == outcome_pb2.TIER_TEMPLATE


async def test_a_few_unclear_words_are_asked_about_once(api: Api, demo: str) -> None:
    first = (await api.ask(demo, "it is broken")).outcome
    second = (await api.ask(demo, "hm well", asked_back_before=True)).outcome

    assert first.kind in {outcome_pb2.OUTCOME_KIND_ASK, outcome_pb2.OUTCOME_KIND_ANSWER}
    assert second.kind == outcome_pb2.OUTCOME_KIND_HANDOVER


@pytest.mark.parametrize(
    "question",
    [
        "how long do I have for it?",
        "and how do I do that?",
        "and who pays for it?",
    ],
)
async def test_a_follow_up_is_understood_from_what_was_said(
    api: Api, demo: str, question: str
) -> None:
    earlier = [
        pb.Utterance(speaker=pb.SPEAKER_CUSTOMER, text="I want to return the curtains"),
        pb.Utterance(speaker=pb.SPEAKER_BOT, text="You can send them back within 30 days."),
    ]

    reply = (await api.ask(demo, question, earlier=earlier)).outcome

    assert reply.sources[0].title == "Returns and exchanges"


@pytest.mark.parametrize(
    ("intent", "language", "words"),
    [("thanks", "en", "welcome"), ("greeting", "fr", "Bonjour"), ("goodbye", "sw", "Kwaheri")],
)
async def test_a_courtesy_is_a_notice_without_evidence(
    api: Api, tenant: str, intent: str, language: str, words: str
) -> None:
    heard = Heard(intent=intent, language=language, courtesy=True)

    reply = (await api.ask(tenant, "…", classification=heard)).outcome

    assert reply.kind == outcome_pb2.OUTCOME_KIND_NOTICE
    assert words in reply.text
    assert reply.fallback_reason == outcome_pb2.TIER_REASON_COURTESY


async def test_a_handover_decided_before_gets_its_notice(api: Api, tenant: str) -> None:
    reply = (
        await api.ask(
            tenant,
            "Je veux parler à quelqu'un",
            notice_for=outcome_pb2.HANDOVER_CAUSE_CUSTOMER_ASKS,
            classification=Heard(language="fr"),
        )
    ).outcome

    assert reply.handover_cause == outcome_pb2.HANDOVER_CAUSE_CUSTOMER_ASKS
    assert "personne de notre équipe" in reply.text


async def test_provider_states_name_what_answers_now(api: Api) -> None:
    states = await api.responder.GetProviderStates(pb.GetProviderStatesRequest())

    assert list(states.reply_tiers) == [outcome_pb2.TIER_KNOWLEDGE, outcome_pb2.TIER_TEMPLATE]


@pytest.mark.parametrize(
    ("best", "answers"),
    [
        (None, Tier.MISTRAL),
        (Tier.OLLAMA, Tier.OLLAMA),
        (Tier.KNOWLEDGE, Tier.KNOWLEDGE),
        (Tier.TEMPLATE, Tier.TEMPLATE),
    ],
)
async def test_nothing_better_than_the_cap_is_tried(best: Tier | None, answers: Tier) -> None:
    async with a_scene("well", "well") as scene:
        draft = await scene.reply(a_question(best_tier=best))

    assert draft.tier is answers
    assert (scene.mistral.chats == []) is (answers is not Tier.MISTRAL)
    assert draft.reason is (None if best is None else Reason.TIER_CAPPED)


async def test_silent_providers_cannot_break_the_deadline() -> None:
    async with a_scene("drips", "silent") as scene:
        started = time.monotonic()
        with deadline.within(1.5):
            draft = await scene.reply()

    assert draft.tier is Tier.KNOWLEDGE
    assert time.monotonic() - started < 1.5


async def test_with_no_time_left_the_notice_leaves_at_once() -> None:
    async with a_scene("well") as scene:
        started = time.monotonic()
        with deadline.within(0.3):
            draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.TEMPLATE, Reason.NO_TIME)
    assert time.monotonic() - started < 0.3


async def test_a_slow_search_ends_in_a_handover() -> None:
    class Slow:
        async def find(self, *_: object, **__: object) -> Found:
            await asyncio.sleep(60)
            return Found([])

    memory = Memory(Keeper(), SecretStr("no secret"))
    started = time.monotonic()
    with deadline.within(2):
        draft = await Replying(Slow(), Quotes(), [], memory, Nobody()).reply(a_question())

    assert (draft.kind, draft.reason) == (Kind.HANDOVER, Reason.RETRIEVAL_FAILED)
    assert time.monotonic() - started < 2


async def test_a_bug_in_a_provider_is_its_failure() -> None:
    async with a_scene("well", "well") as scene:
        scene.rungs[0].provider.ask = None  # type: ignore[assignment,method-assign]  # the bug
        draft = await scene.reply()

    assert (draft.tier, draft.reason) == (Tier.OLLAMA, Reason.SERVER_ERROR)


async def test_a_forbidden_topic_goes_to_a_person_before_any_model_is_asked() -> None:
    async with a_scene("well") as scene:
        draft = await scene.reply(
            a_question("What about the refund lawsuit?", forbidden_topics=["lawsuits", "politics"])
        )

    assert (draft.kind, draft.reason, scene.mistral.chats) == (Kind.HANDOVER, Reason.RULE, [])


async def test_a_handover_tells_the_person_what_came_first_and_last() -> None:
    async with a_scene(hits=[]) as scene:
        draft = await scene.reply(
            a_question("And now it smokes a lot, help", earlier_customer=["My kettle leaks"])
        )

    assert (
        draft.summary == "First and last message: My kettle leaks … And now it smokes a lot, help"
    )


async def test_a_model_that_wants_a_person_says_why_in_its_own_words() -> None:
    async with a_scene("hands-over") as scene:
        draft = await scene.reply()

    assert draft.summary == "Wants an exception from the 30 days."
    assert draft.is_paid


async def test_a_model_that_wants_a_person_is_no_sign_of_a_tier_that_fails() -> None:
    labels = {"tier": "template", "reason": "", "best": "yes"}
    before = REGISTRY.get_sample_value("cassava_reply_tier_total", labels)
    async with a_scene("hands-over") as scene:
        await scene.reply()

    assert REGISTRY.get_sample_value("cassava_reply_tier_total", labels) == (before or 0) + 1


async def test_persona_tone_and_taboos_reach_the_model_as_values() -> None:
    tone, taboos = "warm {{ 7 * 7 }}", ["horse racing"]
    async with a_scene("well") as scene:
        await scene.reply(a_question(persona="Asha", tone=tone, forbidden_topics=taboos))

    system = scene.mistral.chats[0].body["messages"][0]["content"]
    assert "You speak as: Asha" in system
    assert "warm {{ 7 * 7 }}" in system
    assert "Never speak of: horse racing" in system


async def test_what_a_customer_typed_reaches_the_model_masked_and_comes_back() -> None:
    text = "I am at ann@example.com, card 4111 1111 1111 1111, call +254 20 5550100. Refund?"
    async with a_scene("well", hits=[Hit(PASSAGE, 0.9)]) as scene:
        await scene.reply(a_question(text))

    sent = scene.mistral.chats[0].body["messages"][1]["content"]
    assert not any(secret in sent for secret in ("ann@", "4111", "5550100"))
    assert all(mark in sent for mark in ("<EMAIL_1>", "<CARD_2>", "<PHONE_3>"))
