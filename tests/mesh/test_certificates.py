"""Services that show each other certificates, over real connections."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.access import MESH_TOKEN, MeshIdentity
from mesh.certificates import Certificates
from mesh.client import dial
from mesh.errors import NotSignedIn, Unavailable
from tests.certificates import Authority, MeshCertificates
from tests.mesh.desk import MESH_KEY, Desk, get, key, serving, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Mesh(MeshCertificates):
    @asynccontextmanager
    async def dialled(
        self, address: str, name: str = "gateway-edge", *, shows: Certificates | None = None
    ) -> AsyncIterator[Any]:
        identity = MeshIdentity(MESH_KEY, name, shows or self.of(name))
        async with dial(address, identity, audience="tickets") as channel:
            yield ticket_pb2_grpc.TicketServiceStub(channel)


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return Mesh(tmp_path)


async def found(request: Any) -> ticket_pb2.GetTicketResponse:
    del request
    return ticket_pb2.GetTicketResponse()


@pytest.fixture
async def tickets(mesh: Mesh) -> AsyncIterator[str]:
    async with serving(Desk(get=found), **mesh.given("tickets")) as address:
        yield address


async def test_services_with_certificates_understand_each_other(mesh: Mesh, tickets: str) -> None:
    async with mesh.dialled(tickets) as stub:
        await stub.GetTicket(get(tenant_id="acme"))


async def test_who_shows_no_certificate_is_not_let_in(mesh: Mesh, tickets: str) -> None:
    trusting = grpc.ssl_channel_credentials(mesh.authority.certificate)
    named = [("grpc.ssl_target_name_override", "tickets")]
    for channel in (
        grpc.aio.insecure_channel(tickets),
        grpc.aio.secure_channel(tickets, trusting, options=named),
    ):
        async with channel:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_certificate_of_another_authority_opens_nothing(
    tmp_path: Path, tickets: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    stranger = Mesh(tmp_path / "elsewhere")

    async with stranger.dialled(tickets) as stub:
        with pytest.raises(Unavailable):
            await stub.GetTicket(get(tenant_id="acme"))


async def test_a_service_that_is_not_whom_we_meant_gets_no_call(mesh: Mesh) -> None:
    async with (
        serving(Desk(get=found), **mesh.given("responder")) as address,
        mesh.dialled(address) as stub,
    ):
        with pytest.raises(Unavailable):
            await stub.GetTicket(get(tenant_id="acme"))


async def test_a_token_counts_only_beside_its_makers_certificate(mesh: Mesh, tickets: str) -> None:
    """The edge has a certificate too, and brings in everybody's calls."""
    async with mesh.dialled(tickets, shows=mesh.of("envoy")) as stub:
        with pytest.raises(NotSignedIn):
            await stub.GetTicket(get(tenant_id="acme"))


async def test_what_comes_through_the_edge_is_known_by_its_key(mesh: Mesh, tickets: str) -> None:
    files = mesh.given("envoy")
    shown = grpc.ssl_channel_credentials(
        *(files[name].read_bytes() for name in ("mesh_ca", "mesh_cert_key", "mesh_cert"))
    )
    named = [("grpc.ssl_target_name_override", "tickets")]
    async with grpc.aio.secure_channel(tickets, shown, options=named) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)

        await stub.GetTicket(get(), metadata=key("viewer"))
        token = MeshIdentity(MESH_KEY, "gateway-edge").token("tickets")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetTicket(get(), metadata=[(MESH_TOKEN, token)])

    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_both_ends_take_renewed_certificates_without_a_restart(mesh: Mesh) -> None:
    async with serving(Desk(get=found), **mesh.given("tickets")) as address:
        async with mesh.dialled(address) as stub:
            await stub.GetTicket(get(tenant_id="acme"))

            old, mesh.authority = mesh.of("responder"), Authority()
            mesh.given("tickets")
            mesh.given("gateway-edge")

            await stub.GetTicket(get(tenant_id="acme"))
        async with mesh.dialled(address, "responder", shows=old) as stub:
            with pytest.raises(Unavailable):
                await stub.GetTicket(get(tenant_id="acme"))


async def test_half_of_a_pair_that_is_being_written_changes_nothing(mesh: Mesh) -> None:
    files = mesh.given("tickets")
    certificates = Certificates(*files.values())
    before = certificates.current()
    chain, private = mesh.authority.issue("tickets")

    files["mesh_cert"].write_bytes(chain)
    assert certificates.current() is before
    files["mesh_cert_key"].write_bytes(private)

    assert certificates.current().chain == chain


@pytest.mark.parametrize("missing", ["mesh_cert", "mesh_cert_key", "mesh_ca"])
def test_two_of_the_three_files_are_refused_by_name(mesh: Mesh, missing: str) -> None:
    files = mesh.given("tickets")
    del files[missing]

    with pytest.raises(ValueError, match="belong together"):
        settings(**files).certificates  # noqa: B018  # reading it is what fails


def test_a_file_that_holds_no_certificate_is_refused(mesh: Mesh) -> None:
    files = mesh.given("tickets")
    files["mesh_ca"].write_text("nothing")

    with pytest.raises(ValueError, match="cannot be used"):
        settings(**files).certificates  # noqa: B018  # reading it is what fails
