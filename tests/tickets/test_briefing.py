"""What an agent has to know before the first word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import delivery_pb2, turn_pb2
from cassava.type.v1 import outcome_pb2

from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_message,
    finish,
)
from tests.tickets.desk import (
    a_conversation,
    post,
)

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def test_an_agent_is_briefed_on_cause_words_labels_replies_clocks_and_the_past(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel, "It broke")
    await a_bot_reply(mesh, "Have you tried turning it off?")
    conversation_id = (await a_message(mesh, channel, "I want a person")).conversation_id
    await a_bot_reply(mesh, "Somebody will come", ticket=turn_pb2.TicketWish(cause="rule"))

    request = pb.GetBriefingRequest(conversation_id=conversation_id)
    briefing = (await admin.conversations.GetBriefing(request)).briefing

    assert briefing.cause == "rule"
    assert briefing.summary == "It broke … I want a person"
    assert briefing.summary_by == pb.SUMMARY_BY_FIRST_AND_LAST
    assert briefing.classification.intent == "shipping"
    assert [each.text for each in briefing.bot_messages] == [
        "Somebody will come",
        "Have you tried turning it off?",
    ]
    assert briefing.bot_messages[0].outcome.tier == outcome_pb2.TIER_KNOWLEDGE
    assert len(briefing.clocks) == 1
    assert not briefing.earlier


async def test_a_briefing_names_what_did_not_arrive(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await post(admin, conversation_id, "Hello")
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_REFUSED, reason="blocked")

    request = pb.GetBriefingRequest(conversation_id=conversation_id)
    briefing = (await admin.conversations.GetBriefing(request)).briefing

    assert [(each.text, each.failure) for each in briefing.undelivered] == [("Hello", "blocked")]
