"""What waits is counted, across tenants, by a role that sees no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

from services.tickets.backlog import Backlog
from tests.tickets.builders import a_bot_reply, a_claimed_turn, a_message

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api


async def test_a_turn_waits_until_it_is_claimed(pool: Pool, mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    await Backlog(pool).count()
    assert REGISTRY.get_sample_value("cassava_turns_due") == 1

    await a_claimed_turn(mesh)
    await Backlog(pool).count()
    assert REGISTRY.get_sample_value("cassava_turns_due") == 0


async def test_a_reply_waits_under_its_channel(pool: Pool, mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)
    await Backlog(pool).count()

    waiting = REGISTRY.get_sample_value("cassava_deliveries_due", {"channel": "custom"})
    assert waiting == 1
    assert REGISTRY.get_sample_value("cassava_deliveries_due", {"channel": "telegram"}) == 0
