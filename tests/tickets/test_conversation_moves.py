"""ConversationService: what people do with a conversation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import delivery_pb2, tenant_pb2, ticket_pb2, turn_pb2
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

from mesh.errors import ChangedMeanwhile, Conflict, NotAllowed
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_claimed_turn,
    a_key,
    a_message,
    events_of,
    finish,
)

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


async def a_conversation(
    mesh: Api, channel: Channel, text: str = "Hello?", who: str = "kim"
) -> str:
    return (await a_message(mesh, channel, text, who)).conversation_id


async def read(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.GetConversationRequest(conversation_id=conversation_id)
    return (await api.conversations.GetConversation(request)).conversation


async def listed(api: Api, **said: Any) -> list[str]:
    response = await api.conversations.ListConversations(pb.ListConversationsRequest(**said))
    return [conversation.id for conversation in response.conversations]


async def messages(api: Api, conversation_id: str) -> list[pb.Message]:
    request = pb.ListMessagesRequest(conversation_id=conversation_id)
    return list((await api.conversations.ListMessages(request)).messages)


async def post(api: Api, conversation_id: str, text: str, **said: Any) -> pb.Message:
    request = pb.PostMessageRequest(conversation_id=conversation_id, text=text, **said)
    return (await api.conversations.PostMessage(request)).message


async def take_over(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.TakeOverRequest(conversation_id=conversation_id)
    return (await api.conversations.TakeOver(request)).conversation


async def resolve(api: Api, conversation_id: str, etag: str = "") -> pb.Conversation:
    request = pb.ResolveConversationRequest(conversation_id=conversation_id, etag=etag)
    return (await api.conversations.ResolveConversation(request)).conversation


async def reopen(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.ReopenConversationRequest(conversation_id=conversation_id)
    return (await api.conversations.ReopenConversation(request)).conversation


async def tickets(api: Api) -> list[ticket_pb2.Ticket]:
    return list((await api.tickets.ListTickets(ticket_pb2.ListTicketsRequest())).tickets)


async def test_a_viewer_only_reads(mesh: Api, platform: Api, channel: Channel, door: Door) -> None:
    conversation_id = await a_conversation(mesh, channel)
    viewer = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_VIEWER))

    await read(viewer, conversation_id)
    with pytest.raises(NotAllowed):
        await take_over(viewer, conversation_id)


async def test_taking_over_cancels_what_the_machine_has_not_begun(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)

    await take_over(admin, conversation_id)

    reply = (await messages(admin, conversation_id))[-1]
    assert (reply.state, reply.failure) == (pb.MESSAGE_STATE_CANCELLED, "takeover")
    claimed = await mesh.deliveries.ClaimDeliveries(
        delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=8)
    )
    assert not claimed.deliveries


async def test_taking_over_parks_what_is_in_doubt(mesh: Api, admin: Api, channel: Channel) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_PERHAPS_SENT)
    before = (await messages(admin, conversation_id))[-1].state

    await take_over(admin, conversation_id)

    reply = (await messages(admin, conversation_id))[-1]
    assert (before, reply.state) == (pb.MESSAGE_STATE_UNCERTAIN, pb.MESSAGE_STATE_PARKED)
    (failed,) = await events_of(mesh, "message.failed")
    assert failed.data["perhaps_sent"] is True
    assert failed.data["answer"] is True


async def test_the_machines_draft_is_dropped_when_a_person_stepped_in(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    turn = await a_claimed_turn(mesh)
    await take_over(admin, conversation_id)

    completed = await mesh.turns.CompleteTurn(
        turn_pb2.CompleteTurnRequest(
            tenant_id="acme",
            conversation_id=conversation_id,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            outcome=outcome_pb2.Outcome(kind=outcome_pb2.OUTCOME_KIND_ANSWER, text="No."),
            parts=["No."],
        )
    )

    assert completed.status == turn_pb2.CompleteTurnResponse.STATUS_DISCARDED
    assert [m.author for m in await messages(admin, conversation_id)] == [pb.AUTHOR_CUSTOMER]


async def test_taking_over_opens_a_ticket_that_is_due_since_the_customer_waits(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel, "My parcel is gone")
    asked = (await messages(admin, conversation_id))[0].create_time

    await take_over(admin, conversation_id)
    await take_over(admin, conversation_id)

    (ticket,) = await tickets(admin)
    assert (ticket.subject, ticket.cause, ticket.number) == ("My parcel is gone", "take_over", 1)
    assert ticket.first_response_due_time.seconds == asked.seconds + 240 * 60
    assert (await read(admin, conversation_id)).ticket_id == ticket.id


async def test_nobody_waits_after_an_answer_so_nothing_is_due(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh, urgency=classification_pb2.URGENCY_HIGH)

    await take_over(admin, conversation_id)

    (ticket,) = await tickets(admin)
    assert not ticket.HasField("first_response_due_time")
    assert (ticket.category, ticket.priority) == ("shipping", classification_pb2.URGENCY_HIGH)


async def test_a_persons_first_answer_is_the_tickets_first_response(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)
    waiting = (await tickets(admin))[0]

    await post(admin, conversation_id, "Here I am.")
    answered = (await tickets(admin))[0]
    await post(admin, conversation_id, "Still here.")

    assert not waiting.HasField("first_response_time")
    assert answered.HasField("first_response_time")
    assert (await tickets(admin))[0].first_response_time == answered.first_response_time


async def test_of_many_that_take_over_at_once_one_changes_it(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    await asyncio.gather(*(take_over(admin, conversation_id) for _ in range(6)))

    assert len(await events_of(mesh, "handover.accepted")) == 1
    assert len(await tickets(admin)) == 1


async def test_only_release_gives_it_back_to_the_machine(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)

    request = pb.ReleaseRequest(conversation_id=conversation_id)
    for _ in range(2):
        released = await admin.conversations.Release(request)

    assert released.conversation.holder == pb.HOLDER_BOT
    assert len(await events_of(mesh, "handover.released")) == 1


async def test_resolving_ends_the_ticket_and_reopening_takes_it_up_again(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)

    resolved = await resolve(admin, conversation_id)
    ended = (await tickets(admin))[0].status
    again = await reopen(admin, conversation_id)

    assert resolved.status == pb.Conversation.STATUS_RESOLVED
    assert not resolved.ticket_id
    assert ended == ticket_pb2.Ticket.STATUS_RESOLVED
    assert (again.status, again.holder) == (pb.Conversation.STATUS_OPEN, pb.HOLDER_PERSON)
    assert (await tickets(admin))[0].status == ticket_pb2.Ticket.STATUS_OPEN
    told = [e.type for e in await events_of(mesh) if "resolved" in e.type or "reopened" in e.type]
    assert told == [
        "conversation.resolved",
        "ticket.resolved",
        "conversation.reopened",
        "ticket.reopened",
    ]


async def test_of_many_that_resolve_at_once_one_succeeds(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    outcomes = await asyncio.gather(
        *(resolve(admin, conversation_id) for _ in range(8)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes].count(pb.Conversation) == 1
    reasons = {o.reason for o in outcomes if isinstance(o, Conflict)}
    assert reasons == {"CONVERSATION_ALREADY_RESOLVED"}


async def test_an_old_etag_does_not_resolve(mesh: Api, admin: Api, channel: Channel) -> None:
    conversation_id = await a_conversation(mesh, channel)
    seen = (await read(admin, conversation_id)).etag
    await take_over(admin, conversation_id)

    with pytest.raises(ChangedMeanwhile) as refusal:
        await resolve(admin, conversation_id, etag=seen)

    assert refusal.value.reason == "CONVERSATION_CHANGED_MEANWHILE"


async def test_nobody_writes_into_a_resolved_conversation(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await resolve(admin, conversation_id)

    for attempt in (take_over(admin, conversation_id), post(admin, conversation_id, "Hi")):
        with pytest.raises(Conflict) as refusal:
            await attempt
        assert refusal.value.reason == "CONVERSATION_ALREADY_RESOLVED"


async def test_an_open_conversation_is_not_reopened(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    with pytest.raises(Conflict) as refusal:
        await reopen(admin, conversation_id)

    assert refusal.value.reason == "CONVERSATION_NOT_RESOLVED"


async def test_a_conversation_that_has_a_successor_stays_closed(
    mesh: Api, platform: Api, admin: Api, channel: Channel
) -> None:
    policy = tenant_pb2.Policy(reopen_hours=0, debounce_milliseconds=0)
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant=tenant_pb2.Tenant(policy=policy))
    )
    old = await a_conversation(mesh, channel)
    await resolve(admin, old)
    new = await a_conversation(mesh, channel)

    with pytest.raises(Conflict) as refusal:
        await reopen(admin, old)

    assert new != old
    assert refusal.value.reason == "CONVERSATION_MOVED_ON"
