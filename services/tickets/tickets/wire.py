"""Tickets to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.type.v1 import classification_pb2

from mesh.times import to_timestamp
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from services.tickets.tickets.ticket import Ticket


def ticket_to_proto(ticket: Ticket) -> pb.Ticket:
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
    )


def status_from_proto(status: pb.Ticket.Status.ValueType) -> str:
    return name_of(pb.Ticket.Status, status)


def priority_from_proto(urgency: classification_pb2.Urgency.ValueType) -> str:
    return name_of(classification_pb2.Urgency, urgency)
