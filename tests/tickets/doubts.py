"""What tests do about parts that are perhaps sent, in few words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cassava.tickets.v1 import delivery_pb2, inbox_pb2

from tests.tickets.builders import a_begun_delivery, a_bot_reply, a_message

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

ARRIVED = inbox_pb2.Receipt.STATUS_SENT


async def a_doubt(
    mesh: Api, channel: Channel, root: asyncpg.Connection, who: str = "kim"
) -> delivery_pb2.BeginDeliveryResponse:
    """A part whose answer was lost, two minutes ago."""
    begun = await a_part_on_its_way(mesh, channel, who)
    await root.execute("UPDATE delivery_attempts SET started_at = now() - interval '2 minutes'")
    await root.execute(
        "UPDATE deliveries SET state = 'ambiguous', due_at = now() - interval '1 second'"
    )
    return begun


async def a_part_on_its_way(
    mesh: Api, channel: Channel, who: str
) -> delivery_pb2.BeginDeliveryResponse:
    await a_message(mesh, channel, who=who)
    await a_bot_reply(mesh)
    _, begun = await a_begun_delivery(mesh)
    return begun


async def comes_back(mesh: Api, channel: Channel, token: str) -> None:
    receipt = inbox_pb2.Receipt(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=f"wa:s:{token}",
        token=token,
        provider_message_id=f"wamid.{token}",
        status=ARRIVED,
    )
    await mesh.inbox.RecordReceipts(inbox_pb2.RecordReceiptsRequest(receipts=[receipt]))


async def becomes(root: asyncpg.Connection, token: str, wanted: str) -> bool:
    """Within a few of the sweeper's seconds."""
    for _ in range(50):
        if await state_of(root, token) == wanted:
            return True
        await asyncio.sleep(0.1)
    return False


async def state_of(root: asyncpg.Connection, token: str) -> str:
    delivery_id = token.split(".")[1]
    return str(await root.fetchval("SELECT state FROM deliveries WHERE id = $1", delivery_id))


async def actions(root: asyncpg.Connection) -> list[str]:
    rows = await root.fetch("SELECT action FROM audit_log WHERE action LIKE 'delivery.%'")
    return sorted(row["action"] for row in rows)
