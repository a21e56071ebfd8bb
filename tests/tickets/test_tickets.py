"""TicketService: at most one case is open a conversation, and it changes in known ways only."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from cassava.tickets.v1 import conversation_pb2, turn_pb2
from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.type.v1 import classification_pb2

from mesh.errors import ChangedMeanwhile, Conflict, NotFound
from services.tickets.tickets.store import TicketStore
from tests.tickets.builders import a_bot_reply, a_key, a_message, a_tenant, events_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Connection, Pool
    from services.tickets.events.event import Event
    from services.tickets.tickets.ticket import Ticket
    from tests.tickets.api import Api
    from tests.tickets.conftest import Door

ASKED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


async def a_ticket(
    mesh: Api,
    channel: Channel,
    who: str = "kim",
    priority: classification_pb2.Urgency.ValueType = classification_pb2.URGENCY_NORMAL,
) -> pb.Ticket:
    """Wanted by a turn of this customer's conversation."""
    await a_message(mesh, channel, "It broke", who)
    wish = turn_pb2.TicketWish(category="repair", priority=priority, cause="rule")
    return (await a_bot_reply(mesh, ticket=wish)).ticket


async def resolve(api: Api, ticket: pb.Ticket, etag: str = "") -> pb.Ticket:
    request = pb.ResolveTicketRequest(ticket_id=ticket.id, etag=etag)
    return (await api.tickets.ResolveTicket(request)).ticket


async def reopen(api: Api, ticket: pb.Ticket) -> pb.Ticket:
    return (await api.tickets.ReopenTicket(pb.ReopenTicketRequest(ticket_id=ticket.id))).ticket


async def listed(api: Api, **said: Any) -> list[int]:
    response = await api.tickets.ListTickets(pb.ListTicketsRequest(**said))
    return [ticket.number for ticket in response.tickets]


async def open_or_raise(
    pool: Pool,
    conversation_id: str,
    key: UUID | None = None,
    priority: str = "normal",
    due: int = 60,
) -> tuple[Ticket, list[Event]]:
    async with pool.transaction("acme") as connection:
        return await open_or_raise_in(connection, conversation_id, key, priority, due)


async def open_or_raise_in(
    connection: Connection,
    conversation_id: str,
    key: UUID | None = None,
    priority: str = "normal",
    due: int = 60,
) -> tuple[Ticket, list[Event]]:
    idem_key, store = key or uuid.uuid4(), TicketStore(connection)
    return await store.open_or_raise(
        known=await store.standing("acme", idem_key, UUID(conversation_id)),
        tenant_id="acme",
        conversation_id=UUID(conversation_id),
        idem_key=idem_key,
        subject="It broke",
        category="repair",
        priority=priority,
        cause="rule",
        customer_time=ASKED,
        first_response_due=ASKED + timedelta(minutes=due),
    )


async def test_tickets_are_numbered_per_tenant_from_one(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    made = [await a_ticket(mesh, channel, who) for who in ("kim", "lee")]

    read = await admin.tickets.GetTicket(pb.GetTicketRequest(ticket_id=made[1].id))

    assert [ticket.number for ticket in made] == [1, 2]
    assert read.ticket == made[1]


async def test_a_case_that_is_being_opened_holds_up_no_other(
    mesh: Api, admin: Api, channel: Channel, pool: Pool, root: asyncpg.Connection
) -> None:
    ids = [
        (await a_message(mesh, channel, who=who)).conversation_id for who in ("kim", "lee", "mo")
    ]
    async with pool.transaction("acme") as connection:
        await open_or_raise_in(connection, ids[0])
        await open_or_raise(pool, ids[1])
    with contextlib.suppress(ZeroDivisionError):
        async with pool.transaction("acme") as connection:
            ticket, _ = await open_or_raise_in(connection, ids[2])
            taken = (await TicketStore(connection).numbered(ticket.id)).number
            raise ZeroDivisionError  # a number that was taken and is not used is no gap
    await open_or_raise(pool, ids[2])

    rows = await root.fetch("SELECT conversation_id, number FROM tickets ORDER BY number")
    assert [str(row["conversation_id"]) for row in rows] == [ids[1], ids[0], ids[2]]
    assert [row["number"] for row in rows] == [1, 2, taken] == [1, 2, 3]


async def test_the_release_before_counts_in_the_same_row(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_ticket(mesh, channel, "kim")

    taken = "UPDATE tenants SET last_ticket_number = last_ticket_number + 1"
    theirs = await root.fetchval(f"{taken} RETURNING last_ticket_number")

    assert (theirs, (await a_ticket(mesh, channel, "lee")).number) == (2, 3)


async def test_the_event_of_a_case_tells_its_number(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_ticket(mesh, channel, "kim")
    conversation_id = (await a_message(mesh, channel, who="lee")).conversation_id
    request = conversation_pb2.TakeOverRequest(conversation_id=conversation_id)
    await admin.conversations.TakeOver(request)

    told = await events_of(mesh, "ticket.opened")

    assert [event.data["number"] for event in told] == [1, 2]


async def test_every_filter_of_the_list_counts(mesh: Api, admin: Api, channel: Channel) -> None:
    first = await a_ticket(mesh, channel, "kim", classification_pb2.URGENCY_HIGH)
    await a_ticket(mesh, channel, "lee")
    await resolve(admin, first)

    assert await listed(admin) == [2, 1]
    assert await listed(admin, status=pb.Ticket.STATUS_OPEN) == [2]
    assert await listed(admin, priority=classification_pb2.URGENCY_HIGH) == [1]
    assert await listed(admin, conversation_id=first.conversation_id) == [1]


async def test_a_list_continues_where_it_stopped(mesh: Api, admin: Api, channel: Channel) -> None:
    for who in ("kim", "lee", "mo"):
        await a_ticket(mesh, channel, who)

    request = pb.ListTicketsRequest(page_size=2)
    first = await admin.tickets.ListTickets(request)
    request.page_token = first.next_page_token
    rest = await admin.tickets.ListTickets(request)

    assert [t.number for t in (*first.tickets, *rest.tickets)] == [3, 2, 1]


async def test_of_many_that_resolve_at_once_one_succeeds(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_ticket(mesh, channel)

    for _ in range(5):  # the first calls open connections and come one after another
        outcomes = await asyncio.gather(
            *(resolve(admin, ticket) for _ in range(8)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes].count(pb.Ticket) == 1
        await reopen(admin, ticket)

    assert len(await events_of(mesh, "ticket.resolved")) == 5


async def test_a_resolved_ticket_cannot_be_resolved_again_until_it_was_reopened(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_ticket(mesh, channel)
    await resolve(admin, ticket)

    with pytest.raises(Conflict) as refusal:
        await resolve(admin, ticket)
    reopened = await reopen(admin, ticket)
    again = await resolve(admin, ticket)

    assert refusal.value.reason == "TICKET_ALREADY_RESOLVED"
    assert (reopened.status, again.status) == (
        pb.Ticket.STATUS_OPEN,
        pb.Ticket.STATUS_RESOLVED,
    )


async def test_a_resolved_ticket_is_given_to_nobody(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    """Else its conversation, which may go on, would change hands unseen."""
    ticket = await a_ticket(mesh, channel)
    await resolve(admin, ticket)

    with pytest.raises(Conflict) as refusal:
        await admin.tickets.AssignTicket(pb.AssignTicketRequest(ticket_id=ticket.id))

    assert refusal.value.reason == "TICKET_ALREADY_RESOLVED"


async def test_an_open_ticket_is_not_reopened(mesh: Api, admin: Api, channel: Channel) -> None:
    ticket = await a_ticket(mesh, channel)

    with pytest.raises(Conflict) as refusal:
        await reopen(admin, ticket)

    assert refusal.value.reason == "TICKET_NOT_RESOLVED"


async def test_an_old_ticket_is_not_reopened_beside_an_open_one(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    old = await a_ticket(mesh, channel)
    await resolve(admin, old)
    new = await a_ticket(mesh, channel)

    with pytest.raises(Conflict):
        await reopen(admin, old)

    assert new.conversation_id == old.conversation_id


async def test_an_old_etag_is_refused(mesh: Api, admin: Api, channel: Channel) -> None:
    ticket = await a_ticket(mesh, channel)
    await resolve(admin, ticket, etag=ticket.etag)
    await reopen(admin, ticket)

    with pytest.raises(ChangedMeanwhile) as refusal:
        await resolve(admin, ticket, etag=ticket.etag)

    assert refusal.value.reason == "TICKET_CHANGED_MEANWHILE"


async def test_another_tenants_ticket_is_not_found(
    mesh: Api, platform: Api, channel: Channel, door: Door
) -> None:
    ticket = await a_ticket(mesh, channel)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    with pytest.raises(NotFound):
        await resolve(stranger, ticket)


async def test_of_many_that_want_a_ticket_at_once_all_get_the_same(
    mesh: Api, channel: Channel, pool: Pool
) -> None:
    conversation_id = (await a_message(mesh, channel)).conversation_id

    made = await asyncio.gather(*(open_or_raise(pool, conversation_id) for _ in range(8)))

    assert len({ticket.id for ticket, _ in made}) == 1
    assert [event.kind for _, events in made for event in events] == ["ticket.opened"]


async def test_a_repeated_wish_gets_its_ticket_whatever_became_of_it(
    mesh: Api, admin: Api, channel: Channel, pool: Pool
) -> None:
    conversation_id = (await a_message(mesh, channel)).conversation_id
    key = uuid.uuid4()
    ticket, _ = await open_or_raise(pool, conversation_id, key)
    await resolve(admin, pb.Ticket(id=str(ticket.id)))

    again, events = await open_or_raise(pool, conversation_id, key, "critical")

    assert (again.id, again.status, events) == (ticket.id, "resolved", [])


async def test_a_wish_raises_the_open_tickets_priority_and_never_lowers_it(
    mesh: Api, channel: Channel, pool: Pool
) -> None:
    conversation_id = (await a_message(mesh, channel)).conversation_id
    await open_or_raise(pool, conversation_id, due=240)

    raised, told = await open_or_raise(pool, conversation_id, priority="high", due=60)
    kept, untold = await open_or_raise(pool, conversation_id, priority="low", due=480)

    assert (raised.priority, raised.first_response_due) == ("high", ASKED + timedelta(hours=1))
    assert [(event.kind, event.data) for event in told] == [
        ("ticket.updated", {"priority": "high"})
    ]
    assert (kept.priority, kept.first_response_due) == ("high", ASKED + timedelta(hours=1))
    assert untold == []
