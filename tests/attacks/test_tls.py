"""The edge with a certificate: HTTP/2, browsers told to stay, a new one without a restart."""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc

from cli.embedded.envoy import Additions, EdgeAddresses
from cli.embedded.places import Address, free_ports, loopback
from tests.certificates import Authority, a_certificate
from tests.front import enveloped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme

NAME = "localhost"


class Encrypted:
    def __init__(self, edge: Address, authority: Authority, directory: Path) -> None:
        self.edge = edge
        self.authority = authority
        self.directory = directory

    async def asked(self, said: bytes = b"", **limits: ssl.TLSVersion) -> tuple[ssl.SSLObject, str]:
        """The connection as it was agreed upon, and what was answered."""
        context = ssl.create_default_context(cadata=self.authority.certificate.decode())
        context.set_alpn_protocols(["http/1.1"] if said else ["h2", "http/1.1"])
        for name, version in limits.items():
            setattr(context, name, version)
        reader, writer = await asyncio.open_connection(
            self.edge.host, self.edge.port, ssl=context, server_hostname=NAME
        )
        writer.write(said)
        answer = await reader.readuntil(b"\r\n\r\n") if said else b""
        agreed: ssl.SSLObject = writer.get_extra_info("ssl_object")
        shown = agreed.getpeercert(binary_form=True)
        assert shown
        writer.close()
        return agreed, answer.decode()


@pytest.fixture(scope="module")
async def encrypted(
    acme: Acme, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Encrypted]:
    directory, authority = tmp_path_factory.mktemp("tls"), Authority()
    certificate = a_certificate(directory, NAME, authority=authority)
    edge, ops, admin = (loopback(port) for port in free_ports(3))
    addresses = EdgeAddresses(edge, ops, admin, acme.front.clusters)
    async with enveloped(tmp_path_factory.mktemp("envoy-tls"), addresses, Additions(certificate)):
        yield Encrypted(edge, authority, directory)


async def test_http_2_is_agreed_upon(encrypted: Encrypted) -> None:
    agreed, _ = await encrypted.asked()

    assert agreed.selected_alpn_protocol() == "h2"


async def test_browsers_are_told_to_stay_with_it(encrypted: Encrypted) -> None:
    _, answer = await encrypted.asked(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.startswith("HTTP/1.1 200")
    assert "strict-transport-security: max-age=63072000" in answer


async def test_plaintext_is_not_answered_there(encrypted: Encrypted) -> None:
    reader, writer = await asyncio.open_connection(encrypted.edge.host, encrypted.edge.port)
    writer.write(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert b"200" not in await asyncio.wait_for(reader.read(100), 15)
    writer.close()


async def test_grpc_comes_in_with_a_key(acme: Acme, encrypted: Encrypted) -> None:
    credentials = grpc.ssl_channel_credentials(encrypted.authority.certificate)
    target = f"{NAME}:{encrypted.edge.port}"
    async with grpc.aio.secure_channel(target, credentials) as channel:
        answer = await ticket_pb2_grpc.TicketServiceStub(channel).ListTickets(
            ticket_pb2.ListTicketsRequest(),
            metadata=[("authorization", f"Bearer {acme.key}")],
            timeout=15,
        )

    assert isinstance(answer, ticket_pb2.ListTicketsResponse)


async def test_behind_tls_only_this_hosts_own_cookie_is_a_session(
    acme: Acme, encrypted: Encrypted
) -> None:
    head = "GET /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nX-Console: 1\r\n"
    head += "X-Forwarded-Proto: http\r\n"

    answers = {
        name: (await encrypted.asked(f"{head}Cookie: {name}={acme.key}\r\n\r\n".encode()))[1]
        for name in ("__Host-cassava_session", "cassava_session")
    }

    assert [each.split()[1] for each in answers.values()] == ["200", "401"]


async def grpcurl(*arguments: str) -> tuple[int, str]:
    """Its exit status and everything that it said."""
    program = str(Path(sys.executable).parent / "grpcurl")
    process = await asyncio.create_subprocess_exec(
        *(program, "-max-time", "20", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.parametrize("protocol", ["plaintext", "TLS"])
async def test_grpcurl_is_answered_with_a_key_and_told_without_one(
    acme: Acme, encrypted: Encrypted, tmp_path: Path, protocol: str
) -> None:
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(encrypted.authority.certificate)
    options, target = {
        "plaintext": (["-plaintext"], str(acme.front.edge)),
        "TLS": (["-cacert", str(trusted)], f"{NAME}:{encrypted.edge.port}"),
    }[protocol]
    key = ["-H", f"authorization: Bearer {acme.key}"]
    call = [target, "cassava.tickets.v1.TicketService/ListTickets"]

    listed, services = await grpcurl(*options, target, "list")
    good, _ = await grpcurl(*options, *key, *call)
    refused, said = await grpcurl(*options, *call)

    assert (listed, good) == (0, 0)
    assert "cassava.tickets.v1.TicketService" in services
    assert refused != 0
    assert "Unauthenticated" in said
    assert "send your key as" in said


async def test_a_new_certificate_is_taken_without_a_restart(encrypted: Encrypted) -> None:
    before, _ = await encrypted.asked()
    shown = before.getpeercert(binary_form=True)

    fresh = a_certificate(encrypted.directory / "..", NAME, authority=encrypted.authority)
    for name, written in (("tls.key", fresh.key), ("tls.crt", fresh.chain)):
        written.replace(encrypted.directory / name)

    async with asyncio.timeout(20):
        while (await encrypted.asked())[0].getpeercert(binary_form=True) == shown:  # noqa: ASYNC110  # another process reads the file
            await asyncio.sleep(0.1)
