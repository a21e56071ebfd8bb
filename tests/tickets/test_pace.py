"""What leaves when: each account at its own pace, and none at the cost of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, delivery_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.duration_pb2 import Duration

from tests.tickets.builders import (
    a_begun_delivery,
    a_channel,
    a_message,
    events_of,
    finish,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

NOT_SENT = delivery_pb2.DELIVERY_OUTCOME_NOT_SENT


@pytest.fixture
async def telegram(admin: Api) -> Channel:
    token = channel_pb2.Secret(
        kind=channel_pb2.SECRET_KIND_BOT_TOKEN, value="123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    )
    return await a_channel(admin, kind_pb2.CHANNEL_KIND_TELEGRAM, secrets=[token])


async def a_backlog(
    mesh: Api, admin: Api, channel: Channel, customers: int, who: str = "customer"
) -> list[str]:
    """A part that waits for each of so many customers; their conversations."""
    conversations = []
    for n in range(customers):
        stored = await a_message(mesh, channel, who=f"{who} {n}")
        await write(admin, stored.conversation_id)
        conversations.append(stored.conversation_id)
    return conversations


async def write(admin: Api, conversation_id: str, text: str = "Hello.") -> None:
    await admin.conversations.PostMessage(
        conversation_pb2.PostMessageRequest(conversation_id=conversation_id, text=text)
    )


async def claim(mesh: Api, slots: int) -> delivery_pb2.ClaimDeliveriesResponse:
    request = delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=slots)
    return await mesh.deliveries.ClaimDeliveries(request)


async def not_sent(mesh: Api, **said: Any) -> None:
    delivery, begun = await a_begun_delivery(mesh)
    await mesh.deliveries.FinishDelivery(
        delivery_pb2.FinishDeliveryRequest(
            tenant_id=delivery.tenant_id,
            delivery_id=delivery.delivery_id,
            fence=delivery.fence,
            attempt=begun.attempt,
            outcome=NOT_SENT,
            **said,
        )
    )


async def test_an_account_sends_no_faster_than_its_provider_bears(
    mesh: Api, admin: Api, telegram: Channel, root: asyncpg.Connection
) -> None:
    await a_backlog(mesh, admin, telegram, customers=4)
    await claim(mesh, slots=1)  # its bucket exists now
    await root.execute("UPDATE account_pace SET tokens = 2, refilled_at = now() + interval '1 h'")

    assert len((await claim(mesh, slots=8)).deliveries) == 2

    waiting = await claim(mesh, slots=8)
    assert len(waiting.deliveries) == 0
    assert waiting.next_due_in.seconds > 3000  # when the bucket has a token again


async def test_a_bucket_fills_with_time_and_not_beyond_its_rim(
    mesh: Api, admin: Api, telegram: Channel, root: asyncpg.Connection
) -> None:
    await a_backlog(mesh, admin, telegram, customers=2)
    await claim(mesh, slots=1)
    await root.execute("UPDATE account_pace SET tokens = 0, refilled_at = now() - interval '1 h'")

    assert len((await claim(mesh, slots=8)).deliveries) == 1

    assert await root.fetchval("SELECT tokens FROM account_pace") == 30 * 0.8 - 1


async def test_the_next_part_to_one_person_waits_for_the_channels_gap(
    mesh: Api, admin: Api, telegram: Channel
) -> None:
    (conversation_id,) = await a_backlog(mesh, admin, telegram, customers=1)
    await write(admin, conversation_id, "And again.")
    delivery, _ = await a_begun_delivery(mesh)

    await finish(mesh, delivery)

    resting = await claim(mesh, slots=8)
    assert len(resting.deliveries) == 0
    assert 0.5 < resting.next_due_in.ToTimedelta().total_seconds() <= 1


async def test_an_account_that_was_told_to_wait_waits_and_the_others_do_not(
    mesh: Api, admin: Api, channel: Channel, telegram: Channel
) -> None:
    await a_backlog(mesh, admin, telegram, customers=2)
    await not_sent(mesh, retry_after=Duration(seconds=30))
    await a_backlog(mesh, admin, channel, customers=1, who="other")

    claimed = await claim(mesh, slots=8)

    assert len(claimed.deliveries) == 1
    assert (await claim(mesh, slots=8)).next_due_in.ToTimedelta().total_seconds() > 25


async def test_one_persons_limit_holds_up_nobody_else(
    mesh: Api, admin: Api, telegram: Channel
) -> None:
    await a_backlog(mesh, admin, telegram, customers=2)

    await not_sent(mesh, retry_after=Duration(seconds=30), only_this_contact=True)

    assert len((await claim(mesh, slots=8)).deliveries) == 1


async def test_an_account_whose_credentials_fail_is_paused_until_somebody_mends_it(
    mesh: Api, admin: Api, telegram: Channel
) -> None:
    await a_backlog(mesh, admin, telegram, customers=1)
    await not_sent(mesh, pause_account=True, reason="telegram_401")

    assert len((await claim(mesh, slots=8)).deliveries) == 0
    (paused,) = await events_of(mesh, "channel.paused")
    assert paused.data["channel_id"] == telegram.id

    await admin.channels.UpdateChannel(
        channel_pb2.UpdateChannelRequest(
            channel_id=telegram.id,
            channel=channel_pb2.Channel(state=channel_pb2.Channel.STATE_ACTIVE),
        )
    )
    assert len((await claim(mesh, slots=8)).deliveries) == 0  # its own backoff of about a second
    resumed = (await claim(mesh, slots=8)).next_due_in.ToTimedelta().total_seconds()
    assert resumed <= 1


async def test_an_accounts_backlog_leaves_room_for_another_account(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    other = await a_channel(admin, external_id="other")
    flooded = await a_backlog(mesh, admin, channel, customers=12)
    await a_backlog(mesh, admin, other, customers=2, who="patient")

    claimed = await claim(mesh, slots=8)

    accounts = set()
    for delivery in claimed.deliveries:
        begun = await mesh.deliveries.BeginDelivery(
            delivery_pb2.BeginDeliveryRequest(
                tenant_id=delivery.tenant_id, delivery_id=delivery.delivery_id, fence=delivery.fence
            )
        )
        accounts.add(begun.conversation_id in flooded)
    assert len(claimed.deliveries) == 6  # four of eight are the flooded one's share
    assert accounts == {True, False}
