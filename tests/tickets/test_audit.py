"""The audit log: every change, every try at another tenant, and nothing taken away unseen."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import asyncpg
import pytest
from cassava.tickets.v1 import tenant_pb2 as pb
from cassava.tickets.v1 import ticket_pb2
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import NotAllowed
from tests.tickets.builders import a_channel, a_key, a_tenant
from tests.tickets.desk import a_conversation, take_over, tickets

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


async def entries(api: Api, **said: object) -> list[pb.AuditEntry]:
    return list((await api.tenants.ListAuditLog(pb.ListAuditLogRequest(**said))).entries)  # type: ignore[arg-type]


async def test_changes_are_listed_newest_first(admin: Api) -> None:
    await a_channel(admin)

    listed = await entries(admin)

    assert [each.action for each in listed] == ["channel.created", "key.created", "tenant.created"]
    assert [each.number for each in listed] == [3, 2, 1]


async def test_cases_that_nothing_tied_are_not_told_to_be_untied(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    for who in ("kim", "lee"):
        await take_over(admin, await a_conversation(mesh, channel, who=who))
    this, other = [case.id for case in await tickets(admin)]

    await admin.tickets.UnlinkTickets(
        ticket_pb2.UnlinkTicketsRequest(ticket_id=this, other_ticket_id=other)
    )

    assert await entries(admin, action="ticket.unlinked") == []


async def test_the_list_has_pages_and_one_action_can_be_asked_for(admin: Api) -> None:
    await a_channel(admin)
    first = await admin.tenants.ListAuditLog(pb.ListAuditLogRequest(page_size=2))
    rest = await admin.tenants.ListAuditLog(
        pb.ListAuditLogRequest(page_size=2, page_token=first.next_page_token)
    )

    assert [each.number for each in (*first.entries, *rest.entries)] == [3, 2, 1]
    assert len(await entries(admin, action="key.created")) == 1


async def test_naming_another_tenant_is_written_down_where_the_caller_belongs(
    platform: Api, admin: Api, door: Door
) -> None:
    await a_tenant(platform, "beta")
    beta = await door.with_key(await a_key(platform, "beta"))

    for named in ("beta", "never-was"):
        with pytest.raises(NotAllowed):
            await admin.tenants.GetTenant(pb.GetTenantRequest(tenant_id=named))

    denied = await entries(admin, action="access.denied")
    assert [each.detail for each in denied] == ["never-was", "beta"]
    assert {each.subject for each in denied} == {"/cassava.tickets.v1.TenantService/GetTenant"}
    assert await entries(beta, action="access.denied") == []


async def test_an_agent_does_not_read_it(platform: Api, door: Door) -> None:
    await a_tenant(platform)
    agent = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_AGENT))

    with pytest.raises(NotAllowed):
        await entries(agent)


async def test_each_entry_is_chained_to_the_one_before(
    admin: Api, root: asyncpg.Connection
) -> None:
    await a_channel(admin)
    rows = await root.fetch(
        """
        SELECT concat_ws(E'\\x1f', tenant_id, number, extract(epoch FROM at), actor, action,
                         subject, detail, before, after) AS said, chain
          FROM audit_log WHERE tenant_id = 'acme' ORDER BY number
        """
    )

    before = b""
    for row in rows:
        before = hashlib.sha256(before + row["said"].encode()).digest()
        assert row["chain"] == before
    assert [each.chain for each in await entries(admin)] == [row["chain"] for row in rows[::-1]]


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = ''", "DELETE FROM audit_log"])
async def test_the_service_itself_can_change_nothing(
    admin: Api, pool: Pool, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with pool.transaction("acme") as connection:
            await connection.execute(statement)
