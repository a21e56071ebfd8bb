"""Where a conversation is found: tags, snoozing, filters, words; and customers that are one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import customer_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import InvalidInput
from tests.tickets.builders import a_bot_reply, a_key, a_message, a_tenant
from tests.tickets.desk import (
    a_conversation,
    listed,
    messages,
    post,
    read,
    reopen,
    resolve,
    take_over,
)
from tests.tickets.people import a_team, an_agent, assign

if TYPE_CHECKING:
    from datetime import datetime

    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


async def tag(api: Api, conversation_id: str, *tags: str) -> pb.Conversation:
    request = pb.UpdateConversationRequest(
        conversation_id=conversation_id,
        conversation=pb.Conversation(tags=tags),
        update_mask=FieldMask(paths=["tags"]),
    )
    return (await api.conversations.UpdateConversation(request)).conversation


async def snooze(api: Api, conversation_id: str, until: datetime | None) -> pb.Conversation:
    request = pb.SnoozeConversationRequest(conversation_id=conversation_id)
    if until:
        request.until.FromDatetime(until)
    return (await api.conversations.SnoozeConversation(request)).conversation


async def customer_of(api: Api, conversation_id: str) -> customer_pb2.Customer:
    customer_id = (await read(api, conversation_id)).customer_id
    request = customer_pb2.GetCustomerRequest(customer_id=customer_id)
    return (await api.customers.GetCustomer(request)).customer


async def merge(api: Api, kept: str, other: str) -> customer_pb2.Customer:
    request = customer_pb2.MergeCustomersRequest(customer_id=kept, other_customer_id=other)
    return (await api.customers.MergeCustomers(request)).customer


async def test_a_conversation_is_found_by_its_tag_until_it_is_taken_off(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    first, _ = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]

    tagged = await tag(admin, first, "vip", "refund")
    found = await listed(admin, tag="vip")
    await tag(admin, first, "refund")

    assert list(tagged.tags) == ["refund", "vip"]
    assert (found, await listed(admin, tag="vip")) == ([first], [])


async def test_a_snoozed_conversation_is_out_of_sight_until_then(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    snoozed = await snooze(admin, conversation_id, clock() + timedelta(hours=1))

    assert snoozed.status == pb.Conversation.STATUS_SNOOZED
    assert await listed(admin, status=pb.Conversation.STATUS_OPEN) == []
    assert await listed(admin, status=pb.Conversation.STATUS_SNOOZED) == [conversation_id]
    clock.advance(hours=2)
    assert (await read(admin, conversation_id)).status == pb.Conversation.STATUS_OPEN


async def test_a_customers_message_ends_snoozing(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await snooze(admin, conversation_id, clock() + timedelta(hours=1))

    await a_message(mesh, channel, "Still there?")

    assert await listed(admin, status=pb.Conversation.STATUS_OPEN) == [conversation_id]


async def test_what_is_resolved_and_opened_again_is_in_sight(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await snooze(admin, conversation_id, clock() + timedelta(days=1))

    await resolve(admin, conversation_id)
    reopened = await reopen(admin, conversation_id)

    assert reopened.status == pb.Conversation.STATUS_OPEN
    assert await listed(admin, status=pb.Conversation.STATUS_OPEN) == [conversation_id]


async def test_nobody_snoozes_into_the_past(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    with pytest.raises(InvalidInput):
        await snooze(admin, conversation_id, clock() - timedelta(seconds=1))


async def test_a_list_is_filtered_by_team_assignee_and_nobody(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team, agent = await a_team(admin), await an_agent(admin)
    first, second = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]
    await assign(admin, first, team_id=team.id, assignee_id=agent.id)

    assert await listed(admin, team_id=team.id) == [first]
    assert await listed(admin, assignee_id=agent.id) == [first]
    assert await listed(admin, unassigned=True) == [second]


async def test_a_list_is_filtered_by_labels_account_and_time(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await a_bot_reply(mesh)
    hour_ago = Timestamp()
    hour_ago.FromDatetime(clock() - timedelta(hours=1))

    assert await listed(admin, intent="shipping", channel_id=channel.id) == [conversation_id]
    assert await listed(admin, intent="billing") == []
    assert await listed(admin, opened_after=hour_ago) == [conversation_id]
    assert await listed(admin, opened_before=hour_ago) == []


async def test_a_conversation_is_found_by_what_anybody_said_in_it(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    first = await a_conversation(mesh, channel, "Mein Päckchen ist zerbrochen", "kim")
    await a_bot_reply(mesh, "It arrives tomorrow")
    second = await a_conversation(mesh, channel, "Where is my invoice?", "lee")
    await a_bot_reply(mesh, "In your account")
    await post(admin, second, "Refund granted by Otto", note=True)

    assert await listed(admin, q="PÄCKCHEN zerbrochen") == [first]
    assert await listed(admin, q="tomorrow") == [first]
    assert await listed(admin, q="otto") == [second]
    assert await listed(admin, q="invoice -account") == [second]
    assert await listed(admin, q="invoice tomorrow") == []


async def test_a_search_with_a_filter_looks_on_and_continues_where_it_stopped(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    """Most that have the words lack the tag, so one look is not enough for a page."""
    tagged = [await a_conversation(mesh, channel, "A zebra", f"early-{n}") for n in range(3)]
    for conversation_id in tagged:
        await tag(admin, conversation_id, "vip")
    for n in range(5):
        await a_conversation(mesh, channel, "Another zebra", f"late-{n}")
    for _ in range(8):
        await a_bot_reply(mesh)
    request = pb.ListConversationsRequest(q="zebra", tag="vip", page_size=2)

    first = await admin.conversations.ListConversations(request)
    request.page_token = first.next_page_token
    rest = await admin.conversations.ListConversations(request)

    ids = [c.id for c in (*first.conversations, *rest.conversations)]
    assert (ids, rest.next_page_token) == (tagged[::-1], "")


async def test_a_search_finds_no_other_tenants_words(
    mesh: Api, admin: Api, platform: Api, channel: Channel, door: Door
) -> None:
    await a_conversation(mesh, channel, "unforgettable words")
    await a_bot_reply(mesh)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    assert len(await listed(admin, q="unforgettable")) == 1
    assert await listed(stranger, q="unforgettable") == []


async def test_a_message_with_a_nul_is_stored_and_found_by_nothing(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel, "before\0after")
    await a_bot_reply(mesh)

    assert (await messages(admin, conversation_id))[0].text == "before\0after"
    assert await listed(admin, q="before") == []


async def test_two_customers_become_one_and_no_message_is_lost(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    kims, lees = [await a_conversation(mesh, channel, who=who) for who in ("kim", "lee")]
    kim, lee = await customer_of(admin, kims), await customer_of(admin, lees)

    merged = await merge(admin, kim.id, lee.id)
    again = await a_message(mesh, channel, "It is me", "lee")

    assert {alias.value for alias in merged.aliases} == {"kim", "lee"}
    assert again.conversation_id == lees
    assert set(await listed(admin, customer_id=kim.id)) == {kims, lees}
    assert (await read(admin, lees)).customer_id == kim.id
    assert (await customer_of(admin, lees)).history.conversations == 2
    assert len(await messages(admin, lees)) == 2


async def test_a_merged_customer_is_who_it_became_whatever_is_merged_next(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ids = [
        (await customer_of(admin, await a_conversation(mesh, channel, who=who))).id
        for who in ("kim", "lee", "mo")
    ]

    await merge(admin, ids[1], ids[2])
    await merge(admin, ids[0], ids[1])

    request = customer_pb2.GetCustomerRequest(customer_id=ids[2])
    assert (await admin.customers.GetCustomer(request)).customer.id == ids[0]
    listing = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    assert [customer.id for customer in listing.customers] == [ids[0]]


async def test_a_customer_keeps_what_the_tenant_knows_and_shows_the_past(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await take_over(admin, conversation_id)
    customer = await customer_of(admin, conversation_id)

    await admin.customers.UpdateCustomer(
        customer_pb2.UpdateCustomerRequest(
            customer_id=customer.id,
            customer=customer_pb2.Customer(name="Kim Smith", attributes={"plan": "gold"}),
        )
    )

    known = await customer_of(admin, conversation_id)
    assert (known.name, dict(known.attributes)) == ("Kim Smith", {"plan": "gold"})
    assert (known.history.open_conversations, known.history.open_tickets) == (1, 1)


async def test_customers_are_found_by_alias_and_by_any_word_of_the_name(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    for who in ("kim lee", "mo"):
        await a_conversation(mesh, channel, who=who)

    async def found(**said: Any) -> list[str]:
        request = customer_pb2.ListCustomersRequest(**said)
        return [c.name for c in (await admin.customers.ListCustomers(request)).customers]

    assert await found(alias="mo") == ["Mo"]
    assert await found(name_prefix="LE") == ["Kim Lee"]
    assert await found(name_prefix="lee k") == ["Kim Lee"]
    assert await found(name_prefix="im") == await found(name_prefix="le mo") == []
    assert await found(name_prefix=r"""o'\:*&|""") == []
    assert await found(name_prefix=" ") == ["Mo", "Kim Lee"]
    assert await found(name_prefix="kim", alias="kim lee") == ["Kim Lee"]
    assert await found(name_prefix="kim", alias="mo") == []
