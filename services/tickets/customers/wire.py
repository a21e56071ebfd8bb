"""Customers to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import customer_pb2 as pb

from mesh.times import to_timestamp

if TYPE_CHECKING:
    from services.tickets.customers.customer import Customer


def customer_to_proto(customer: Customer) -> pb.Customer:
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
    )
