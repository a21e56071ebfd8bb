"""Workers are shared by weight among tenants that have work; one alone has them all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cassava.tickets.v1 import tenant_pb2, turn_pb2

from tests.tickets.builders import a_channel, a_message, a_tenant

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def a_backlog(mesh: Api, channel: Channel, customers: int) -> None:
    for n in range(customers):
        await a_message(mesh, channel, who=f"customer {n}")


async def another_tenant(platform: Api, name: str) -> Channel:
    await a_tenant(platform, name)
    return await a_channel(platform, tenant_id=name, external_id=name)


async def claim(mesh: Api, slots: int) -> turn_pb2.ClaimTurnsResponse:
    return await mesh.turns.ClaimTurns(turn_pb2.ClaimTurnsRequest(worker="w", free_slots=slots))


def by_tenant(claimed: turn_pb2.ClaimTurnsResponse) -> Counter[str]:
    return Counter(turn.tenant_id for turn in claimed.turns)


async def test_a_tenant_alone_gets_every_slot(mesh: Api, channel: Channel) -> None:
    await a_backlog(mesh, channel, 10)

    assert by_tenant(await claim(mesh, slots=10)) == {"acme": 10}


async def test_a_backlog_takes_no_more_than_its_share(
    mesh: Api, platform: Api, channel: Channel
) -> None:
    quiet = await another_tenant(platform, "quiet")
    await a_backlog(mesh, channel, 14)
    await a_backlog(mesh, quiet, 2)

    claimed = await claim(mesh, slots=12)

    assert by_tenant(claimed) == {"acme": 6, "quiet": 2}


async def test_who_has_used_its_share_waits_and_the_worker_is_told_so(
    mesh: Api, platform: Api, channel: Channel
) -> None:
    quiet = await another_tenant(platform, "quiet")
    await a_backlog(mesh, channel, 10)
    await claim(mesh, slots=8)
    await a_backlog(mesh, quiet, 1)

    assert by_tenant(await claim(mesh, slots=4)) == {"quiet": 1}

    refused = await claim(mesh, slots=4)
    assert not refused.turns
    assert refused.HasField("next_due_in")
    assert refused.next_due_in.ToTimedelta().total_seconds() == 0


async def test_a_heavier_tenant_gets_a_larger_share(
    mesh: Api, platform: Api, channel: Channel
) -> None:
    heavy = await another_tenant(platform, "heavy")
    await platform.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant_id="heavy", tenant=tenant_pb2.Tenant(weight=2))
    )
    await a_backlog(mesh, channel, 12)
    await a_backlog(mesh, heavy, 12)

    assert by_tenant(await claim(mesh, slots=12)) == {"acme": 4, "heavy": 8}


async def test_one_tenants_unreadable_rows_stop_nobody_else(
    mesh: Api, platform: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    broken = await another_tenant(platform, "broken")
    await a_backlog(mesh, broken, 1)
    await a_backlog(mesh, channel, 1)
    await root.execute("UPDATE tenants SET policy = '\\xff' WHERE tenant_id = 'broken'")

    assert by_tenant(await claim(mesh, slots=4)) == {"acme": 1}
