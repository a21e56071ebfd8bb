"""TicketService: a case from the moment a person is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.tickets.v1 import ticket_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.transactions import change, read
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings
from services.tickets.tickets import wire
from services.tickets.tickets.store import TicketStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.tickets.ticket import Ticket


class TicketServicer(rpc.TicketServiceServicer):
    def __init__(self, pool: Pool, pages: Pages, bells: Bells, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._pages = pages
        self._bells = bells
        self._now = now

    @read
    async def GetTicket(
        self, request: pb.GetTicketRequest, connection: Connection
    ) -> pb.GetTicketResponse:
        ticket = await TicketStore(connection).get(UUID(request.ticket_id))
        return pb.GetTicketResponse(ticket=wire.ticket_to_proto(ticket))

    @read
    async def ListTickets(
        self, request: pb.ListTicketsRequest, connection: Connection
    ) -> pb.ListTicketsResponse:
        size = pages.size(request.page_size)
        found = await TicketStore(connection).page(
            *(position_of(self._pages, request), size + 1),
            status=wire.status_from_proto(request.status),
            priority=wire.priority_from_proto(request.priority),
            conversation_id=UUID(request.conversation_id) if request.conversation_id else None,
        )
        response = pb.ListTicketsResponse(tickets=[wire.ticket_to_proto(t) for t in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @rings(Bells.log)
    @change
    async def ResolveTicket(
        self, request: pb.ResolveTicketRequest, connection: Connection
    ) -> pb.ResolveTicketResponse:
        store = TicketStore(connection)
        ticket = await store.get(UUID(request.ticket_id))
        ticket.expect(request.etag)
        resolved = await store.save(ticket.resolve(self._now()))
        await _tell(connection, resolved, "ticket.resolved")
        return pb.ResolveTicketResponse(ticket=wire.ticket_to_proto(resolved))

    @rings(Bells.log)
    @change
    async def ReopenTicket(
        self, request: pb.ReopenTicketRequest, connection: Connection
    ) -> pb.ReopenTicketResponse:
        store = TicketStore(connection)
        ticket = await store.get(UUID(request.ticket_id))
        ticket.expect(request.etag)
        reopened = await store.save(ticket.reopen())
        await _tell(connection, reopened, "ticket.reopened")
        return pb.ReopenTicketResponse(ticket=wire.ticket_to_proto(reopened))


async def _tell(connection: Connection, ticket: Ticket, kind: str) -> None:
    await EventStore(connection).append(
        ticket.tenant_id, Event(kind, ticket.conversation_id, ticket.id)
    )
    await AuditStore(connection).append(ticket.tenant_id, current_caller(), kind, str(ticket.id))
