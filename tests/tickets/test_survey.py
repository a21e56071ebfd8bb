"""Asking customers for their opinion, and hearing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import delivery_pb2, tenant_pb2, turn_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from tests.tickets.arrivals import accept, arriving
from tests.tickets.builders import a_bot_reply, events_of
from tests.tickets.desk import a_conversation, messages, read, reopen, resolve

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def asking(admin: Api) -> None:
    """The tenant wants to know."""
    tenant = tenant_pb2.Tenant(policy=tenant_pb2.Policy(ask_for_rating=True))
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(
            tenant=tenant, update_mask=FieldMask(paths=["policy.ask_for_rating"])
        )
    )


async def an_answered_one(mesh: Api, admin: Api, channel: Channel, who: str = "kim") -> str:
    conversation_id = await a_conversation(mesh, channel, who=who)
    await a_bot_reply(mesh)
    await resolve(admin, conversation_id)
    return conversation_id


async def requests(admin: Api, conversation_id: str) -> list[pb.Message]:
    said = await messages(admin, conversation_id)
    return [message for message in said if message.author == pb.AUTHOR_SYSTEM]


async def choose(mesh: Api, channel: Channel, request: pb.Message, rating: int) -> None:
    await accept(
        mesh,
        arriving(
            channel,
            "customer_id=kim",
            kind=pb.MESSAGE_KIND_CHOICE,
            payload=f"csat:{request.id}:{rating}",
        ),
    )


async def test_a_resolution_asks_with_five_choices(mesh: Api, admin: Api, channel: Channel) -> None:
    await asking(admin)

    conversation_id = await an_answered_one(mesh, admin, channel)

    (asked,) = await requests(admin, conversation_id)
    ids = [choice.id for choice in asked.content.choices.choices]
    assert ids == [f"csat:{asked.id}:{rating}" for rating in (5, 4, 3, 2, 1)]


async def test_nobody_is_asked_unless_the_tenant_wants_it(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await an_answered_one(mesh, admin, channel)

    assert await requests(admin, conversation_id) == []


async def test_a_contact_is_asked_once_in_seven_days(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await asking(admin)
    conversation_id = await an_answered_one(mesh, admin, channel)

    await reopen(admin, conversation_id)
    await resolve(admin, conversation_id)

    assert len(await requests(admin, conversation_id)) == 1


async def test_what_nobody_answered_is_not_asked_about(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await asking(admin)
    conversation_id = await a_conversation(mesh, channel)

    await resolve(admin, conversation_id)

    assert await requests(admin, conversation_id) == []


async def test_a_choice_is_a_rating_and_no_message(mesh: Api, admin: Api, channel: Channel) -> None:
    await asking(admin)
    conversation_id = await an_answered_one(mesh, admin, channel)
    (asked,) = await requests(admin, conversation_id)

    await choose(mesh, channel, asked, 4)

    (rated,) = await events_of(mesh, "rating.received")
    due = await mesh.turns.ClaimTurns(turn_pb2.ClaimTurnsRequest(worker="w", free_slots=1))
    assert (await read(admin, conversation_id)).rating == 4
    assert rated.data["asked_at"]
    assert not due.turns


async def test_a_choice_of_another_account_rates_nothing(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await asking(admin)
    conversation_id = await an_answered_one(mesh, admin, channel)
    stranger = pb.Message(id="01890000-0000-7000-8000-000000000000")

    await choose(mesh, channel, stranger, 1)

    assert (await read(admin, conversation_id)).rating == 0


async def test_the_request_leaves_as_every_notice_does(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await asking(admin)
    conversation_id = await an_answered_one(mesh, admin, channel)
    (asked,) = await requests(admin, conversation_id)

    claimed = await mesh.deliveries.ClaimDeliveries(
        delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=1)
    )
    begun = await mesh.deliveries.BeginDelivery(
        delivery_pb2.BeginDeliveryRequest(
            tenant_id=claimed.deliveries[0].tenant_id,
            delivery_id=claimed.deliveries[0].delivery_id,
            fence=claimed.deliveries[0].fence,
        )
    )

    assert begun.message_id == asked.id
    assert len(begun.content.choices.choices) == 5
