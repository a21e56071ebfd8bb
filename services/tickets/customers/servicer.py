"""CustomerService: who writes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import customer_pb2 as pb
from cassava.tickets.v1 import customer_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.errors import InvalidInput
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.audit.store import AuditStore
from services.tickets.customers import wire
from services.tickets.customers.customer import check_two
from services.tickets.customers.store import CustomerStore
from services.tickets.position import next_page, position_of

if TYPE_CHECKING:
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool
    from services.tickets.customers.customer import Customer


class CustomerServicer(rpc.CustomerServiceServicer):
    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool = pool
        self._pages = pages

    @read
    async def GetCustomer(
        self, request: pb.GetCustomerRequest, connection: Connection
    ) -> pb.GetCustomerResponse:
        store = CustomerStore(connection)
        customer = await store.get(UUID(request.customer_id))
        history = await store.history(customer.id)
        return pb.GetCustomerResponse(customer=wire.customer_to_proto(customer, history))

    @read
    async def ListCustomers(
        self, request: pb.ListCustomersRequest, connection: Connection
    ) -> pb.ListCustomersResponse:
        size = pages.size(request.page_size)
        after = position_of(self._pages, request)
        found = await CustomerStore(connection).page(
            *(after, size + 1), alias=request.alias, name_prefix=request.name_prefix
        )
        response = pb.ListCustomersResponse(
            customers=[wire.customer_to_proto(customer) for customer in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @change
    async def UpdateCustomer(
        self, request: pb.UpdateCustomerRequest, connection: Connection
    ) -> pb.UpdateCustomerResponse:
        store = CustomerStore(connection)
        known = await store.get(UUID(request.customer_id))
        known.expect(request.customer.etag)
        chosen = masks.paths(request.update_mask, request.customer, wire.CHANGEABLE)
        wanted = wire.customer_to_proto(known)
        masks.apply(chosen, request.customer, wanted)
        if any("\0" in value for value in (wanted.name, *wanted.attributes.values())):
            raise InvalidInput("U+0000 cannot be kept", field="customer")
        attributes = {name: value for name, value in wanted.attributes.items() if value}
        await store.save(
            dataclasses.replace(known, name=wanted.name.strip(), attributes=attributes)
        )
        await _note(connection, known, "customer.updated", ",".join(chosen))
        customer = await store.get(known.id)
        return pb.UpdateCustomerResponse(customer=wire.customer_to_proto(customer))

    @change
    async def MergeCustomers(
        self, request: pb.MergeCustomersRequest, connection: Connection
    ) -> pb.MergeCustomersResponse:
        asked, with_whom = UUID(request.customer_id), UUID(request.other_customer_id)
        check_two(asked, with_whom)
        store = CustomerStore(connection)
        await store.alone(request.tenant_id)
        kept, other = await store.get(asked), await store.get(with_whom)
        if kept.id != other.id:  # else an earlier merge made them one person
            await store.merge(other.id, into=kept.id)
            await _note(connection, kept, "customer.merged", str(other.id))
        customer = await store.get(kept.id)
        history = await store.history(kept.id)
        return pb.MergeCustomersResponse(customer=wire.customer_to_proto(customer, history))


async def _note(connection: Connection, customer: Customer, action: str, detail: str) -> None:
    await AuditStore(connection).append(
        customer.tenant_id, current_caller(), action, str(customer.id), detail
    )
