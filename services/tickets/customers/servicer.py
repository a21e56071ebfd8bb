"""CustomerService: who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import customer_pb2 as pb
from cassava.tickets.v1 import customer_pb2_grpc as rpc

from mesh import pages
from mesh.transactions import read
from services.tickets.customers import wire
from services.tickets.customers.store import CustomerStore
from services.tickets.position import next_page, position_of

if TYPE_CHECKING:
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool


class CustomerServicer(rpc.CustomerServiceServicer):
    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool = pool
        self._pages = pages

    @read
    async def GetCustomer(
        self, request: pb.GetCustomerRequest, connection: Connection
    ) -> pb.GetCustomerResponse:
        customer = await CustomerStore(connection).get(UUID(request.customer_id))
        return pb.GetCustomerResponse(customer=wire.customer_to_proto(customer))

    @read
    async def ListCustomers(
        self, request: pb.ListCustomersRequest, connection: Connection
    ) -> pb.ListCustomersResponse:
        size = pages.size(request.page_size)
        after = position_of(self._pages, request)
        found = await CustomerStore(connection).page(after, size + 1)
        response = pb.ListCustomersResponse(
            customers=[wire.customer_to_proto(customer) for customer in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1]
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response
