"""ConversationService: who said what, and who holds it."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import delivery_pb2, ticket_pb2
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import outcome_pb2

from mesh.errors import InvalidInput, NotFound
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_key,
    a_message,
    a_tenant,
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


async def test_a_conversation_shows_who_writes_and_what_was_said_last(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel, "Where\nis\0it?")

    shown = await read(admin, conversation_id)

    assert (shown.customer_name, shown.last_message_preview) == ("Kim", "Where is it?")
    assert (shown.holder, shown.status) == (pb.HOLDER_BOT, pb.Conversation.STATUS_OPEN)
    assert shown.channel_id == channel.id


async def test_every_filter_of_the_list_counts(mesh: Api, admin: Api, channel: Channel) -> None:
    one, two, three = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee", "mo")]
    await take_over(admin, two)
    await resolve(admin, three)
    kim = (await read(admin, one)).customer_id

    assert await listed(admin) == [three, two, one]
    assert await listed(admin, status=pb.Conversation.STATUS_RESOLVED) == [three]
    assert await listed(admin, status=pb.Conversation.STATUS_OPEN) == [two, one]
    assert await listed(admin, holder=pb.HOLDER_PERSON) == [two]
    assert await listed(admin, channel=channel.kind) == [three, two, one]
    assert await listed(admin, channel=1) == []
    assert await listed(admin, customer_id=kim) == [one]
    assert await listed(admin, customer_alias="lee") == [two]
    assert await listed(admin, customer_alias="nobody") == []
    assert await listed(admin, customer_alias="lee", customer_id=kim) == []


async def test_a_list_continues_where_it_stopped(mesh: Api, admin: Api, channel: Channel) -> None:
    made = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee", "mo")]

    request = pb.ListConversationsRequest(page_size=2)
    first = await admin.conversations.ListConversations(request)
    request.page_token = first.next_page_token
    rest = await admin.conversations.ListConversations(request)

    ids = [c.id for c in (*first.conversations, *rest.conversations)]
    assert ids == made[::-1]
    assert not rest.next_page_token


async def test_another_tenants_conversation_is_not_found(
    mesh: Api, platform: Api, channel: Channel, door: Door
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    for missing in (conversation_id, str(uuid.uuid4())):
        for call in (read, messages, take_over, resolve, reopen):
            with pytest.raises(NotFound) as refusal:
                await call(stranger, missing)
            assert refusal.value.reason == "CONVERSATION_NOT_FOUND"
    assert await listed(stranger) == []


async def test_messages_come_in_their_order_with_labels_sources_and_states(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel, "Hello")
    await a_message(mesh, channel, "Where is it?")
    await a_bot_reply(mesh, "It arrives today.")

    first, second, reply = await messages(admin, conversation_id)

    assert [m.text for m in (first, second, reply)] == [
        "Hello",
        "Where is it?",
        "It arrives today.",
    ]
    assert not first.HasField("classification")
    assert second.classification.intent == "shipping"
    assert reply.outcome.tier == outcome_pb2.TIER_KNOWLEDGE
    assert [m.author for m in (second, reply)] == [pb.AUTHOR_CUSTOMER, pb.AUTHOR_BOT]
    assert [m.state for m in (second, reply)] == [
        pb.MESSAGE_STATE_RECEIVED,
        pb.MESSAGE_STATE_QUEUED,
    ]


async def test_a_message_is_sent_when_its_delivery_is(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)

    delivery, _ = await a_begun_delivery(mesh)
    sending = (await messages(admin, conversation_id))[-1].state
    await finish(mesh, delivery)
    sent = (await messages(admin, conversation_id))[-1].state

    assert (sending, sent) == (pb.MESSAGE_STATE_SENDING, pb.MESSAGE_STATE_SENT)


async def test_a_failed_message_says_why(mesh: Api, admin: Api, channel: Channel) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)

    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_REFUSED, reason="131026")

    failed = (await messages(admin, conversation_id))[-1]
    assert (failed.state, failed.failure) == (pb.MESSAGE_STATE_FAILED, "131026")


async def test_a_persons_message_takes_over_and_waits_to_be_sent(
    mesh: Api, platform: Api, admin: Api, channel: Channel, door: Door
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    agent = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_AGENT, name="Ada"))

    posted = await post(agent, conversation_id, "I look into it.")
    _, begun = await a_begun_delivery(mesh)

    assert (posted.author_name, posted.state) == ("Ada", pb.MESSAGE_STATE_QUEUED)
    assert (begun.text, begun.reply_address) == ("I look into it.", "kim")
    assert (await read(admin, conversation_id)).holder == pb.HOLDER_PERSON
    told = [e.type for e in await events_of(mesh) if "clocks" not in e.data]
    assert told[2:] == [
        "handover.accepted",
        "conversation.updated",
        "ticket.opened",
        "message.queued",
        "ticket.updated",  # it waits for the customer
    ]


async def test_a_repeated_post_is_one_message(mesh: Api, admin: Api, channel: Channel) -> None:
    conversation_id = await a_conversation(mesh, channel)

    answers = await asyncio.gather(
        *(post(admin, conversation_id, "Yes.", request_id="r") for _ in range(5))
    )

    assert len({answer.id for answer in answers}) == 1
    assert len(await messages(admin, conversation_id)) == 2


async def test_a_long_message_leaves_in_parts_that_keep_their_order(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    text = "\n\n".join(f"{number} " + "word " * 500 for number in range(4))

    await post(admin, conversation_id, text)

    sent = []
    for _ in range(4):
        delivery, begun = await a_begun_delivery(mesh)
        await finish(mesh, delivery)
        sent.append(begun.text)
    assert [part[0] for part in sent] == ["0", "1", "2", "3"]
    assert (await messages(admin, conversation_id))[-1].state == pb.MESSAGE_STATE_SENT


async def test_an_agents_words_are_not_cut_inside_a_mark_or_a_character(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    families = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}" * 700
    await post(admin, conversation_id, "word " * 817 + "**bold words at the cut** " + families)

    sent = []
    for _ in range(3):
        delivery, begun = await a_begun_delivery(mesh)
        await finish(mesh, delivery)
        sent.append(begun.text)

    assert ("*" in sent[0], sent[1].startswith("**bold words at the cut**")) == (False, True)
    assert all(part.endswith("\N{GIRL}") for part in sent[1:])


async def test_a_note_is_never_sent_and_takes_nothing_over(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    note = await post(admin, conversation_id, "Known for late payment", note=True)

    assert note.kind == pb.MESSAGE_KIND_NOTE
    shown = await read(admin, conversation_id)
    assert (shown.holder, shown.last_message_preview) == (pb.HOLDER_BOT, "Hello?")
    claimed = await mesh.deliveries.ClaimDeliveries(
        delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=1)
    )
    assert not claimed.deliveries


async def test_words_of_blanks_are_refused(mesh: Api, admin: Api, channel: Channel) -> None:
    conversation_id = await a_conversation(mesh, channel)

    for note in (False, True):
        with pytest.raises(InvalidInput):
            await post(admin, conversation_id, " \n ", note=note)


@pytest.mark.parametrize("note", [False, True])
async def test_a_text_that_no_channel_carries_is_not_written(
    mesh: Api, admin: Api, channel: Channel, *, note: bool
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    with pytest.raises(InvalidInput):
        await post(admin, conversation_id, "Hi\0there", note=note)

    assert len(await messages(admin, conversation_id)) == 1
