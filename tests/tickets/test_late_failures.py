"""What a provider took and then failed to deliver: sent again where it says so, else a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import conversation_pb2, delivery_pb2, inbox_pb2
from google.protobuf.duration_pb2 import Duration

from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_message,
    events_of,
    finish,
)
from tests.tickets.desk import messages, tickets
from tests.tickets.doubts import actions, state_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

FAILED = inbox_pb2.Receipt.STATUS_FAILED
DELIVERED = inbox_pb2.Receipt.STATUS_DELIVERED
SENT = delivery_pb2.DELIVERY_OUTCOME_SENT
NOW = Duration(seconds=0)


async def a_sent_part(mesh: Api, channel: Channel) -> delivery_pb2.BeginDeliveryResponse:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)
    return await the_next_is_sent(mesh)


async def the_next_is_sent(mesh: Api) -> delivery_pb2.BeginDeliveryResponse:
    delivery, begun = await a_begun_delivery(mesh)
    await finish(mesh, delivery, SENT, provider_message_id=f"wamid.{begun.token}")
    return begun


async def is_told(mesh: Api, channel: Channel, token: str, status: Any, **said: Any) -> None:
    receipt = inbox_pb2.Receipt(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=f"wa:s:{token}:{status}",
        token=token,
        provider_message_id=f"wamid.{token}",
        status=status,
        **said,
    )
    await mesh.inbox.RecordReceipts(inbox_pb2.RecordReceiptsRequest(receipts=[receipt]))


async def fails(mesh: Api, channel: Channel, token: str) -> None:
    await is_told(mesh, channel, token, FAILED, error_code="131000", resend_after=NOW)


async def told(mesh: Api) -> list[str]:
    kinds = {"message.sent", "message.failed", "message.delivered"}
    return [event.type for event in await events_of(mesh, "message") if event.type in kinds]


async def test_what_failed_for_the_moment_goes_out_again_by_itself(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    first = await a_sent_part(mesh, channel)

    await fails(mesh, channel, first.token)
    await fails(mesh, channel, first.token)
    again = await the_next_is_sent(mesh)

    assert (again.text, again.message_id) == (first.text, first.message_id)
    assert again.token != first.token
    assert await told(mesh) == ["message.sent", "message.failed", "message.sent"]
    assert await tickets(admin) == []
    assert await actions(root) == ["delivery.sent_again"]


async def test_it_is_tried_twice_more_and_then_a_persons_case(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    token = (await a_sent_part(mesh, channel)).token
    for _ in range(2):
        await fails(mesh, channel, token)
        token = (await the_next_is_sent(mesh)).token

    await fails(mesh, channel, token)

    assert await root.fetchval("SELECT count(*) FROM deliveries") == 3
    assert [ticket.cause for ticket in await tickets(admin)] == ["undelivered"]


async def test_nothing_is_said_again_after_something_else_was(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    first = await a_sent_part(mesh, channel)
    await a_sent_part(mesh, channel)

    await fails(mesh, channel, first.token)

    assert await root.fetchval("SELECT count(*) FROM deliveries") == 2
    assert len(await tickets(admin)) == 1


async def test_a_copy_that_is_not_needed_never_leaves(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    first = await a_sent_part(mesh, channel)
    await fails(mesh, channel, first.token)

    await is_told(mesh, channel, first.token, DELIVERED)

    claimed = delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=1)
    assert list((await mesh.deliveries.ClaimDeliveries(claimed)).deliveries) == []
    assert await state_of(root, first.token) == "sent"
    shown = await messages(admin, first.conversation_id)
    (answer,) = (message for message in shown if message.id == first.message_id)
    assert answer.state == conversation_pb2.MESSAGE_STATE_DELIVERED


async def test_a_copy_that_left_before_is_counted(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    first = await a_sent_part(mesh, channel)
    await fails(mesh, channel, first.token)
    await the_next_is_sent(mesh)

    await is_told(mesh, channel, first.token, DELIVERED)

    assert await actions(root) == ["delivery.duplicate_detected", "delivery.sent_again"]
