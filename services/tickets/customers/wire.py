"""Customers to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import customer_pb2 as pb

from mesh.times import to_timestamp

if TYPE_CHECKING:
    from services.tickets.customers.customer import Customer, History


CHANGEABLE = frozenset({"name", "attributes"})


def customer_to_proto(customer: Customer, history: History | None = None) -> pb.Customer:
    return pb.Customer(
        id=str(customer.id),
        tenant_id=customer.tenant_id,
        name=customer.name,
        aliases=[
            pb.Alias(kind=alias.kind, value=alias.value, channel_id=str(alias.account_id))
            for alias in customer.aliases
        ],
        create_time=to_timestamp(customer.created_at),
        marketing_stopped=customer.is_marketing_stopped,
        attributes=customer.attributes,
        history=history_to_proto(history) if history else None,
        etag=str(customer.version),
    )


def history_to_proto(history: History) -> pb.CustomerHistory:
    return pb.CustomerHistory(
        conversations=history.conversations,
        open_conversations=history.open_conversations,
        tickets=history.tickets,
        open_tickets=history.open_tickets,
        first_message_time=to_timestamp(history.first_message_at),
        last_message_time=to_timestamp(history.last_message_at),
    )
