"""TicketService: a case from the moment a person is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.tickets.v1 import ticket_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.ids import uuid7
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.bells import Bells
from services.tickets.conversations.desk import Desk
from services.tickets.conversations.placement import Placement
from services.tickets.conversations.store import ConversationStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings
from services.tickets.tenants.store import TenantStore
from services.tickets.tenants.wire import policy_with_defaults
from services.tickets.tickets import wire
from services.tickets.tickets.casebook import Casebook
from services.tickets.tickets.field import check_fields
from services.tickets.tickets.links import LinkStore
from services.tickets.tickets.store import TicketStore
from services.tickets.tickets.ticket import TicketAlreadyOpen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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

    @rings(Bells.alarms)
    @change
    async def CreateTicket(
        self, request: pb.CreateTicketRequest, connection: Connection
    ) -> pb.CreateTicketResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        conversation.expect_open()
        if known := await TicketStore(connection).open_of(conversation.id):
            raise TicketAlreadyOpen(known.id)
        casebook = Casebook(connection, request.tenant_id)
        ticket = await casebook.open_for(
            conversation,
            idem_key=uuid7(),
            cause="api",
            subject=request.subject.strip(),
            category=request.category,
            priority=wire.priority_from_proto(request.priority),
        )
        if fields := await _checked(connection, request.tenant_id, request.custom_fields):
            wanted = ticket.described(
                subject=ticket.subject,
                category=ticket.category,
                priority=ticket.priority,
                custom_fields=fields,
            )
            await TicketStore(connection).save(wanted)
        await casebook.deal(conversation.id)
        await AuditStore(connection).append(
            request.tenant_id, current_caller(), "ticket.opened", str(ticket.id)
        )
        await TicketStore(connection).numbered(ticket.id)
        return pb.CreateTicketResponse(ticket=await _shown(connection, ticket.id))

    @read
    async def GetTicket(
        self, request: pb.GetTicketRequest, connection: Connection
    ) -> pb.GetTicketResponse:
        return pb.GetTicketResponse(ticket=await _shown(connection, UUID(request.ticket_id)))

    @read
    async def ListTickets(
        self, request: pb.ListTicketsRequest, connection: Connection
    ) -> pb.ListTicketsResponse:
        size = pages.size(request.page_size)
        found = await TicketStore(connection).page(
            *(position_of(self._pages, request), size + 1), wire.wanted_from_proto(request)
        )
        response = pb.ListTicketsResponse(tickets=[wire.ticket_to_proto(t) for t in found[:size]])
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @rings(Bells.alarms)
    @change
    async def UpdateTicket(
        self, request: pb.UpdateTicketRequest, connection: Connection
    ) -> pb.UpdateTicketResponse:
        known = await _locked(connection, request.ticket_id, request.ticket.etag)
        chosen = masks.paths(request.update_mask, request.ticket, wire.CHANGEABLE)
        wanted = wire.ticket_to_proto(known)
        masks.apply(chosen, request.ticket, wanted)
        fields = known.custom_fields
        if "custom_fields" in chosen:
            fields = await _checked(connection, known.tenant_id, wanted.custom_fields)
        described = known.described(
            subject=wanted.subject,
            category=wanted.category,
            priority=wire.priority_from_proto(wanted.priority),
            custom_fields=fields,
        )
        await Casebook(connection, known.tenant_id).change(known, described, "ticket.updated")
        return pb.UpdateTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def AssignTicket(
        self, request: pb.AssignTicketRequest, connection: Connection
    ) -> pb.AssignTicketResponse:
        known = await _locked(connection, request.ticket_id, request.etag)
        known.expect_open()
        await Placement(connection, current_caller()).assign(
            *(known.tenant_id, known.conversation_id),
            team_id=wire.optional_id(request.team_id),
            assignee_id=wire.optional_id(request.assignee_id),
            insist=request.over_capacity,
        )
        return pb.AssignTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def EscalateTicket(
        self, request: pb.EscalateTicketRequest, connection: Connection
    ) -> pb.EscalateTicketResponse:
        known = await _locked(connection, request.ticket_id, request.etag)
        casebook = Casebook(connection, known.tenant_id)
        await casebook.change(known, known.escalate(), "ticket.escalated")
        if request.team_id or request.assignee_id:
            await Placement(connection, current_caller()).assign(
                *(known.tenant_id, known.conversation_id),
                team_id=wire.optional_id(request.team_id),
                assignee_id=wire.optional_id(request.assignee_id),
                insist=True,
            )
        if request.reason.strip():
            conversation = await ConversationStore(connection).get(known.conversation_id)
            desk = Desk(connection, current_caller(), self._now())
            await desk.leave_note(conversation, request.reason.strip())
        return pb.EscalateTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def WaitTicket(
        self, request: pb.WaitTicketRequest, connection: Connection
    ) -> pb.WaitTicketResponse:
        known = await _locked(connection, request.ticket_id, request.etag)
        await Casebook(connection, known.tenant_id).change(
            known, known.wait(self._now()), "ticket.waiting"
        )
        return pb.WaitTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def ResumeTicket(
        self, request: pb.ResumeTicketRequest, connection: Connection
    ) -> pb.ResumeTicketResponse:
        known = await _locked(connection, request.ticket_id, request.etag)
        await Casebook(connection, known.tenant_id).change(known, known.resume(), "ticket.resumed")
        return pb.ResumeTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def ResolveTicket(
        self, request: pb.ResolveTicketRequest, connection: Connection
    ) -> pb.ResolveTicketResponse:
        known = await _locked(connection, request.ticket_id, request.etag)
        await Casebook(connection, known.tenant_id).change(
            known, known.resolve(self._now()), "ticket.resolved"
        )
        return pb.ResolveTicketResponse(ticket=await _shown(connection, known.id))

    @rings(Bells.alarms)
    @change
    async def ReopenTicket(
        self, request: pb.ReopenTicketRequest, connection: Connection
    ) -> pb.ReopenTicketResponse:
        """With its conversation, if that has ended: an open case is one that can be answered."""
        known = await _locked(connection, request.ticket_id, request.etag)
        reopened = known.reopen()
        conversation = await ConversationStore(connection).get(known.conversation_id)
        if conversation.resolved_at:
            await Desk(connection, current_caller(), self._now()).reopen(conversation, known)
        else:
            await Casebook(connection, known.tenant_id).change(known, reopened, "ticket.reopened")
        return pb.ReopenTicketResponse(ticket=await _shown(connection, known.id))

    @change
    async def LinkTickets(
        self, request: pb.LinkTicketsRequest, connection: Connection
    ) -> pb.LinkTicketsResponse:
        store = TicketStore(connection)
        ticket = await store.get(UUID(request.ticket_id))
        other = await store.get(UUID(request.other_ticket_id))
        kind = wire.link_kind_from_proto(request.kind)
        await LinkStore(connection).tie(ticket, other, kind)
        await _note_link(connection, ticket, kind, other)
        return pb.LinkTicketsResponse(ticket=await _shown(connection, ticket.id))

    @change
    async def UnlinkTickets(
        self, request: pb.UnlinkTicketsRequest, connection: Connection
    ) -> pb.UnlinkTicketsResponse:
        store = TicketStore(connection)
        ticket = await store.get(UUID(request.ticket_id))
        other = await store.get(UUID(request.other_ticket_id))
        if await LinkStore(connection).untie(ticket.id, other.id):
            await _note_link(connection, ticket, "", other)
        return pb.UnlinkTicketsResponse(ticket=await _shown(connection, ticket.id))

    @read
    async def ListTicketChanges(
        self, request: pb.ListTicketChangesRequest, connection: Connection
    ) -> pb.ListTicketChangesResponse:
        ticket = await TicketStore(connection).get(UUID(request.ticket_id))
        size, said = pages.size(request.page_size), self._pages.unsign(request)
        rows = await AuditStore(connection).page(
            int(said[0]) if said else None, size + 1, subject=str(ticket.id)
        )
        response = pb.ListTicketChangesResponse(
            changes=[wire.change_to_proto(row) for row in rows[:size]]
        )
        if len(rows) > size:
            response.next_page_token = self._pages.sign(request, rows[size - 1]["id"])
        return response


async def _locked(connection: Connection, ticket_id: str, etag: str) -> Ticket:
    """Behind the lock of its conversation, as everything that changes a case is."""
    store = TicketStore(connection)
    seen = await store.get(UUID(ticket_id))
    await ConversationStore(connection).lock(seen.conversation_id)
    ticket = await store.get(seen.id)
    ticket.expect(etag)
    return ticket


async def _shown(connection: Connection, ticket_id: UUID) -> pb.Ticket:
    ticket = await TicketStore(connection).get(ticket_id)
    return wire.ticket_to_proto(ticket, await LinkStore(connection).of(ticket_id))


async def _checked(
    connection: Connection, tenant_id: str, values: Mapping[str, str]
) -> dict[str, str]:
    """Custom fields as the tenant defined them."""
    tenant = await TenantStore(connection).get(tenant_id)
    policy = policy_with_defaults(tenant.policy)
    return check_fields(wire.fields_from_policy(policy), dict(values))


async def _note_link(connection: Connection, ticket: Ticket, kind: str, other: Ticket) -> None:
    await AuditStore(connection).append(
        *(ticket.tenant_id, current_caller(), "ticket.linked" if kind else "ticket.unlinked"),
        str(ticket.id),
        changes=({}, {"other": str(other.id), "kind": kind}),
    )
