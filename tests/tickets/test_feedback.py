"""What customers thought of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import turn_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

from mesh.errors import Conflict, InvalidInput
from tests.tickets.builders import a_bot_reply, a_claimed_turn, a_message, events_of
from tests.tickets.desk import a_conversation, resolve, take_over, tickets

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock


async def rate(api: Api, conversation_id: str, rating: int) -> pb.Conversation:
    request = pb.RateConversationRequest(conversation_id=conversation_id, rating=rating)
    return (await api.conversations.RateConversation(request)).conversation


async def test_the_last_rating_of_a_resolution_counts(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)
    await resolve(admin, conversation_id)

    await rate(admin, conversation_id, 2)
    rated = await rate(admin, conversation_id, 5)

    assert rated.rating == 5
    assert [e.data["rating"] for e in await events_of(mesh, "rating.received")] == [2, 5]


async def test_a_bad_rating_of_the_machine_asks_for_a_person(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)

    rated = await rate(admin, conversation_id, 1)

    (ticket,) = await tickets(admin)
    assert rated.holder == pb.HOLDER_QUEUED
    assert ticket.cause == "bad_rating"


async def test_a_resolution_is_rated_within_a_week(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await resolve(admin, conversation_id)

    clock.advance(hours=169)

    with pytest.raises(Conflict) as refusal:
        await rate(admin, conversation_id, 5)
    assert refusal.value.reason == "RATING_TOO_LATE"


@pytest.mark.parametrize("rating", [0, 6])
async def test_a_rating_is_one_to_five(
    mesh: Api, admin: Api, channel: Channel, rating: int
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    with pytest.raises(InvalidInput):
        await rate(admin, conversation_id, rating)


@pytest.mark.parametrize(
    ("confidence", "status", "words"),
    [
        (0.9, pb.Conversation.STATUS_RESOLVED, []),
        (0.6, pb.Conversation.STATUS_OPEN, ["You are welcome"]),
    ],
)
async def test_only_a_sure_thank_you_reopens_nothing_and_gets_no_reply(  # noqa: PLR0913, PLR0917
    mesh: Api,
    admin: Api,
    channel: Channel,
    confidence: float,
    status: pb.Conversation.Status.ValueType,
    words: list[str],
) -> None:
    at = (await a_message(mesh, channel)).conversation_id
    await a_bot_reply(mesh)
    await admin.conversations.ResolveConversation(pb.ResolveConversationRequest(conversation_id=at))
    await a_message(mesh, channel, "Thanks a lot!")
    turn = await a_claimed_turn(mesh)
    label = classification_pb2.Classification(intent="thanks", confidence=confidence)
    courtesy = outcome_pb2.Outcome(
        kind=outcome_pb2.OUTCOME_KIND_NOTICE,
        text="You are welcome",
        tier=outcome_pb2.TIER_TEMPLATE,
    )

    await mesh.turns.CompleteTurn(
        turn_pb2.CompleteTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=at,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            classification=label,
            outcome=courtesy,
            parts=["You are welcome"],
        )
    )

    read = await admin.conversations.GetConversation(pb.GetConversationRequest(conversation_id=at))
    said = await admin.conversations.ListMessages(pb.ListMessagesRequest(conversation_id=at))
    by_bot = [m.text for m in said.messages if m.author == pb.AUTHOR_BOT]
    assert read.conversation.status == status
    assert by_bot[1:] == words
