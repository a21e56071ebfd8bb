"""What is parked waits for a person, who may send it again once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2

from mesh.errors import Conflict
from tests.tickets.builders import a_begun_delivery, events_of, finish
from tests.tickets.doubts import a_doubt, becomes, comes_back, state_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def test_a_person_may_send_a_parked_part_again_and_only_once(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, channel, root)
    assert await becomes(root, lost.token, "parked")
    request = conversation_pb2.ResendMessageRequest(
        conversation_id=lost.conversation_id, message_id=lost.message_id
    )

    resent = await admin.conversations.ResendMessage(request)
    with pytest.raises(Conflict) as refusal:
        await admin.conversations.ResendMessage(request)

    assert resent.message.state == conversation_pb2.MESSAGE_STATE_QUEUED
    assert refusal.value.reason == "MESSAGE_NOT_PARKED"
    delivery, again = await a_begun_delivery(mesh)
    assert (again.text, again.attempt) == (lost.text, 1)
    assert again.token != lost.token
    await finish(mesh, delivery)
    assert [e.type for e in await events_of(mesh, "message.sent")] == ["message.sent"]


async def test_a_receipt_for_what_was_sent_again_is_recorded_and_changes_nothing(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, channel, root)
    assert await becomes(root, lost.token, "parked")
    await admin.conversations.ResendMessage(
        conversation_pb2.ResendMessageRequest(
            conversation_id=lost.conversation_id, message_id=lost.message_id
        )
    )

    await comes_back(mesh, channel, lost.token)

    assert await state_of(root, lost.token) == "cancelled"
    assert await root.fetchval("SELECT count(*) FROM receipts") == 1
