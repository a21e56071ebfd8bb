"""DeliveryService: sent, not sent, perhaps sent; in order, and never twice on a guess."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2, delivery_pb2, inbox_pb2

from mesh.errors import ChangedMeanwhile
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_channel,
    a_message,
    events_of,
    finish,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

SENT = delivery_pb2.DELIVERY_OUTCOME_SENT
NOT_SENT = delivery_pb2.DELIVERY_OUTCOME_NOT_SENT
REFUSED = delivery_pb2.DELIVERY_OUTCOME_REFUSED
PERHAPS = delivery_pb2.DELIVERY_OUTCOME_PERHAPS_SENT


async def claim(mesh: Api, slots: int = 8) -> list[delivery_pb2.ClaimedDelivery]:
    request = delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=slots)
    return list((await mesh.deliveries.ClaimDeliveries(request)).deliveries)


async def begin(mesh: Api, claimed: delivery_pb2.ClaimedDelivery) -> None:
    await mesh.deliveries.BeginDelivery(
        delivery_pb2.BeginDeliveryRequest(
            tenant_id=claimed.tenant_id, delivery_id=claimed.delivery_id, fence=claimed.fence
        )
    )


async def answered(mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)


async def becomes(root: asyncpg.Connection, wanted: str) -> bool:
    """Within a few of the sweeper's seconds."""
    for _ in range(50):
        if await state(root) == wanted:
            return True
        await asyncio.sleep(0.1)
    return False


async def state(root: asyncpg.Connection) -> str:
    return str(await root.fetchval("SELECT state FROM deliveries"))


async def test_an_attempt_is_on_record_before_anything_is_sent(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)

    delivery, begun = await a_begun_delivery(mesh)

    assert (begun.attempt, begun.text, begun.reply_address) == (1, "It arrives today.", "kim")
    assert begun.token == f"c1.{delivery.delivery_id}.1"
    assert await root.fetchval("SELECT count(*) FROM delivery_attempts") == 1
    assert await state(root) == "sending"


@pytest.mark.parametrize(
    ("outcome", "becomes"),
    [(SENT, "sent"), (NOT_SENT, "pending"), (REFUSED, "failed"), (PERHAPS, "ambiguous")],
)
async def test_each_outcome_has_its_state(
    mesh: Api,
    channel: Channel,
    outcome: delivery_pb2.DeliveryOutcome.ValueType,
    becomes: str,
) -> None:
    await answered(mesh, channel)
    delivery, _ = await a_begun_delivery(mesh)

    assert await finish(mesh, delivery, outcome) == becomes


async def test_a_repeated_outcome_changes_nothing(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    delivery, _ = await a_begun_delivery(mesh)

    for _ in range(2):
        assert await finish(mesh, delivery, SENT) == "sent"

    assert [e.type for e in await events_of(mesh, "message.sent")] == ["message.sent"]
    assert await finish(mesh, delivery, REFUSED) == "sent"


async def test_perhaps_sent_is_never_sent_again_by_itself(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, PERHAPS)
    await root.execute("UPDATE deliveries SET due_at = now() - interval '1 second'")

    assert await claim(mesh) == []

    assert await becomes(root, "parked")
    failed = await events_of(mesh, "message.failed")
    assert [event.data["perhaps_sent"] for event in failed] == [True]


async def test_a_sender_that_died_while_claimed_never_sent(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    (dead,) = await claim(mesh)
    await root.execute("UPDATE deliveries SET lease_until = now() - interval '1 second'")

    with pytest.raises(ChangedMeanwhile):
        await begin(mesh, dead)
    assert await becomes(root, "pending")

    (successor,) = await claim(mesh)
    await begin(mesh, successor)
    assert successor.fence > dead.fence


async def test_only_the_head_of_a_conversation_can_be_claimed(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    stored = await a_message(mesh, channel)
    for text in ("First", "Second"):
        await admin.conversations.PostMessage(
            conversation_pb2.PostMessageRequest(conversation_id=stored.conversation_id, text=text)
        )

    first = await claim(mesh)
    assert len(first) == 1
    await begin(mesh, first[0])
    assert await claim(mesh) == []
    await finish(mesh, first[0])

    _, second = await a_begun_delivery(mesh)
    assert second.text == "Second"


async def test_a_take_over_stops_what_has_not_begun(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    stored = await a_message(mesh, channel)
    await a_bot_reply(mesh)
    (claimed,) = await claim(mesh)

    await admin.conversations.TakeOver(
        conversation_pb2.TakeOverRequest(conversation_id=stored.conversation_id)
    )

    with pytest.raises(ChangedMeanwhile):
        await begin(mesh, claimed)
    assert await state(root) == "cancelled"


async def test_a_bots_reply_from_half_an_hour_ago_is_not_sent_any_more(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    await root.execute("UPDATE deliveries SET created_at = now() - interval '31 minutes'")
    (claimed,) = await claim(mesh)

    with pytest.raises(ChangedMeanwhile, match="expired"):
        await begin(mesh, claimed)

    assert await state(root) == "cancelled"


def a_receipt(
    channel: Channel, status: inbox_pb2.Receipt.Status.ValueType, token: str = "", of: str = ""
) -> inbox_pb2.Receipt:
    return inbox_pb2.Receipt(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=f"wa:s:{of}:{status}",
        token=token,
        provider_message_id=of,
        status=status,
    )


async def record(mesh: Api, *receipts: inbox_pb2.Receipt) -> int:
    request = inbox_pb2.RecordReceiptsRequest(receipts=receipts)
    return (await mesh.inbox.RecordReceipts(request)).recorded


async def test_trap_04_a_receipt_settles_by_its_token_what_was_perhaps_sent(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    delivery, begun = await a_begun_delivery(mesh)
    await finish(mesh, delivery, PERHAPS)

    await record(mesh, a_receipt(channel, inbox_pb2.Receipt.STATUS_SENT, begun.token, "wamid.1"))

    assert await state(root) == "sent"
    assert await root.fetchval("SELECT provider_msg_id FROM deliveries") == "wamid.1"


async def test_trap_04_receipts_only_move_up_and_count_once(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, SENT, provider_message_id="wamid.1")
    read = a_receipt(channel, inbox_pb2.Receipt.STATUS_READ, of="wamid.1")
    delivered = a_receipt(channel, inbox_pb2.Receipt.STATUS_DELIVERED, of="wamid.1")

    assert await record(mesh, read) == 1
    assert await record(mesh, read) == 0
    await record(mesh, delivered)

    assert await root.fetchval("SELECT receipt FROM deliveries") == "read"
    assert [e.type for e in await events_of(mesh, "message.read")] == ["message.read"]
    assert await events_of(mesh, "message.delivered") == []


async def test_trap_04_a_receipt_that_comes_before_the_answer_waits_for_it(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await answered(mesh, channel)
    delivery, _ = await a_begun_delivery(mesh)
    await record(mesh, a_receipt(channel, inbox_pb2.Receipt.STATUS_DELIVERED, of="wamid.9"))

    await finish(mesh, delivery, SENT, provider_message_id="wamid.9")

    assert await root.fetchval("SELECT receipt FROM deliveries") == "delivered"


async def test_a_token_of_another_account_settles_nothing(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    other = await a_channel(admin, external_id="other")
    await answered(mesh, channel)
    delivery, begun = await a_begun_delivery(mesh)
    await finish(mesh, delivery, PERHAPS)

    forged = a_receipt(other, inbox_pb2.Receipt.STATUS_SENT, begun.token, "wamid.x")

    assert await record(mesh, forged) == 0
    assert await state(root) == "ambiguous"
