"""A key that hammers is sent away by the edge itself, at its tenant's quota, and nobody else is."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import grpc
import httpx2
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc

from cli.embedded.envoy import Additions, EdgeAddresses
from cli.embedded.places import free_ports, loopback
from tests.contract.tenants import at_the_edge
from tests.front import enveloped
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme

_QUOTA = 5
TICKETS = "/api/v1/tickets"


@pytest.fixture(scope="module")
async def hammered(
    acme: Acme, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx2.AsyncClient]:
    """An edge as `cassava up` makes it for a small quota; acme's key has long spent its own."""
    edge, ops, admin = (loopback(port) for port in free_ports(3))
    addresses = EdgeAddresses(edge, ops, admin, acme.front.clusters)
    additions = Additions(calls_per_second=_QUOTA)
    directory = tmp_path_factory.mktemp("envoy-quota")
    async with (
        enveloped(directory, addresses, additions),
        httpx2.AsyncClient(
            base_url=f"http://{edge}", headers=acme.http.headers, timeout=20
        ) as http,
    ):
        yield http


async def refused(http: httpx2.AsyncClient) -> httpx2.Response:
    """Twenty times the quota at once, whatever it refills meanwhile: one that was too many."""
    for _ in range(20):
        answers = await asyncio.gather(*(http.get(TICKETS) for _ in range(20 * _QUOTA)))
        too_many = [each for each in answers if each.status_code != httpx2.codes.OK]
        if too_many:
            return too_many[-1]
    raise AssertionError("nothing was too many")


async def test_beyond_the_quota_the_edge_answers_by_itself(hammered: httpx2.AsyncClient) -> None:
    answer = await refused(hammered)

    assert answer.status_code == httpx2.codes.TOO_MANY_REQUESTS
    assert int(answer.headers["retry-after"]) >= 1
    body = answer.json()
    assert (body["code"], body["details"][0]["reason"]) == (8, "EDGE_TOO_MANY")


async def test_over_grpc_it_is_resource_exhausted(acme: Acme, hammered: httpx2.AsyncClient) -> None:
    metadata = [("authorization", f"Bearer {acme.key}")]
    async with grpc.aio.insecure_channel(hammered.base_url.netloc.decode()) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        calls = [
            stub.ListTickets(ticket_pb2.ListTicketsRequest(), metadata=metadata)
            for _ in range(20 * _QUOTA)
        ]
        codes = Counter([await call.code() for call in calls])

    assert codes[grpc.StatusCode.RESOURCE_EXHAUSTED] > 0
    assert set(codes) <= {grpc.StatusCode.OK, grpc.StatusCode.RESOURCE_EXHAUSTED}


async def test_another_key_from_the_same_address_is_answered(
    acme: Acme, hammered: httpx2.AsyncClient
) -> None:
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, "neighbour")
        key = await a_key(platform.api, "neighbour")
    await refused(hammered)

    answer = await hammered.get(TICKETS, headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == httpx2.codes.OK


async def test_webhooks_are_not_counted_with_a_key(hammered: httpx2.AsyncClient) -> None:
    """A provider's message that is refused comes again much later: what is held off is a flood."""
    await refused(hammered)
    hooks = [hammered.post("/api/v1/webhooks/whatsapp", content=b"{}") for _ in range(20 * _QUOTA)]

    codes = {each.status_code for each in await asyncio.gather(*hooks)}

    assert codes == {httpx2.codes.UNAUTHORIZED}  # nobody signed it; but every one was looked at
