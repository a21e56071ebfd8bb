"""The edge in front of a service that speaks TLS and asks who comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc

from cli.embedded.envoy import Additions, EdgeAddresses
from cli.embedded.mesh_tls import MeshCertificate
from cli.embedded.places import Address, free_ports, loopback
from mesh.access import MESH_TOKEN, MeshIdentity
from tests.certificates import MeshCertificates
from tests.front import enveloped
from tests.mesh.desk import MESH_KEY, Desk, get, key, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from tests.attacks.conftest import Acme


async def found(request: Any) -> ticket_pb2.GetTicketResponse:
    del request
    return ticket_pb2.GetTicketResponse()


@pytest.fixture(scope="module")
async def edge(acme: Acme, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Address]:
    mesh = MeshCertificates(tmp_path_factory.mktemp("mesh"))
    shown = MeshCertificate(*mesh.given("envoy").values())
    async with serving(Desk(get=found), **mesh.given("tickets")) as address:
        host, _, port = address.rpartition(":")
        clusters = {**acme.front.clusters, "tickets": [Address(host, int(port))]}
        at, ops, admin = (loopback(port) for port in free_ports(3))
        folder = tmp_path_factory.mktemp("envoy-mesh")
        beyond = EdgeAddresses(at, ops, admin, clusters)
        async with enveloped(folder, beyond, Additions(mesh=shown)):
            yield at


async def test_the_edge_shows_the_services_its_certificate(edge: Address) -> None:
    async with grpc.aio.insecure_channel(str(edge)) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)

        await stub.GetTicket(get(), metadata=key("viewer"))


async def test_a_stolen_mesh_key_opens_nothing_through_the_edge(edge: Address) -> None:
    token = MeshIdentity(MESH_KEY, "gateway-edge").token("tickets")
    async with grpc.aio.insecure_channel(str(edge)) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)

        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetTicket(get(tenant_id="acme"), metadata=[(MESH_TOKEN, token)])

    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
