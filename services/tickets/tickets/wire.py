"""Tickets to the contract and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import tenant_pb2
from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.type.v1 import classification_pb2

from mesh.times import to_timestamp
from services.tickets.names import name_of, number_of
from services.tickets.tickets.field import TicketField
from services.tickets.tickets.store import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncpg import Record

    from services.tickets.tickets.links import Link
    from services.tickets.tickets.ticket import Ticket

CHANGEABLE = frozenset({"subject", "category", "priority", "custom_fields"})


def ticket_to_proto(ticket: Ticket, links: Sequence[Link] = ()) -> pb.Ticket:
    return pb.Ticket(
        id=str(ticket.id),
        tenant_id=ticket.tenant_id,
        number=ticket.number,
        conversation_id=str(ticket.conversation_id),
        subject=ticket.subject,
        category=ticket.category,
        priority=number_of(classification_pb2.Urgency, ticket.priority),
        status=number_of(pb.Ticket.Status, ticket.status),
        create_time=to_timestamp(ticket.created_at),
        first_response_due_time=to_timestamp(ticket.first_response_due),
        first_response_time=to_timestamp(ticket.first_response_at),
        resolve_time=to_timestamp(ticket.resolved_at),
        etag=str(ticket.version),
        cause=ticket.cause,
        team_id=str(ticket.team_id or ""),
        assignee_id=str(ticket.assignee_id or ""),
        escalation=ticket.escalation,
        custom_fields=ticket.custom_fields,
        wait_time=to_timestamp(ticket.waiting_since),
        links=[
            pb.TicketLink(
                ticket_id=str(link.ticket_id),
                number=link.number,
                kind=number_of(pb.TicketLinkKind, link.kind),
            )
            for link in links
        ],
    )


def change_to_proto(row: Record) -> pb.TicketChange:
    return pb.TicketChange(
        change_time=to_timestamp(row["at"]),
        actor=row["actor"],
        action=row["action"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )


def wanted_from_proto(request: pb.ListTicketsRequest) -> Wanted:
    return Wanted(
        status=name_of(pb.Ticket.Status, request.status),
        priority=priority_from_proto(request.priority),
        conversation_id=optional_id(request.conversation_id),
        team_id=optional_id(request.team_id),
        assignee_id=optional_id(request.assignee_id),
        unassigned=request.unassigned,
        category=request.category,
        number=request.number,
    )


def fields_from_policy(policy: tenant_pb2.Policy) -> list[TicketField]:
    """The tenant's own; a kind that was left out is text."""
    return [
        TicketField(
            known.name,
            name_of(tenant_pb2.TicketField.Kind, known.kind) or "text",
            (*known.choices,),
        )
        for known in policy.ticket_fields
    ]


def priority_from_proto(urgency: classification_pb2.Urgency.ValueType) -> str:
    return name_of(classification_pb2.Urgency, urgency)


def link_kind_from_proto(kind: pb.TicketLinkKind.ValueType) -> str:
    return name_of(pb.TicketLinkKind, kind)


def optional_id(said: str) -> UUID | None:
    return UUID(said) if said else None
