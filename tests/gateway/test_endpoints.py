"""An event on its way to a tenant's program: signed, sent once, and told as it was."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import endpoint_pb2 as pb
from cassava.tickets.v1 import event_pb2

from mesh.egress import open_client
from services.gateway.channels import custom, standard_webhooks
from services.gateway.endpoints import Endpoints

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NEW, OLD = "whsec_" + "bmV3" * 8, "whsec_" + "b2xk" * 8
EVENT = event_pb2.Event(id="e", sequence=7, epoch="p", tenant_id="acme", type="message.received")


class Desk:
    """Tickets' side, in small."""

    def __init__(self) -> None:
        self.endpoints = self
        self.finished: list[pb.FinishEndpointDeliveryRequest] = []

    async def FinishEndpointDelivery(self, request: pb.FinishEndpointDeliveryRequest) -> None:
        self.finished.append(request)


class Receiver:
    """A tenant's program: it answers what a test says, and keeps what came."""

    def __init__(self, head: str) -> None:
        self.head = head
        self.headers: dict[str, str] = {}
        self.body = b""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        self.headers = {name.lower(): value for name, _, value in lines}
        self.body = await reader.readexactly(int(self.headers["content-length"]))
        writer.write(f"HTTP/1.1 {self.head}\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(head: str) -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver(head)
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    async with server:
        yield receiver, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


async def deliver(url: str, networks: str = "127.0.0.0/8") -> pb.FinishEndpointDeliveryRequest:
    """One claimed delivery, done; what tickets were told."""
    desk: Any = Desk()
    job = pb.ClaimedEndpointDelivery(
        tenant_id="acme", delivery_id="d", fence=3, url=url, secrets=[NEW, OLD], event=EVENT
    )
    async with open_client(networks) as client:
        await Endpoints("w", desk, client, slots=1, clock=lambda: 1000.0).do(job)
    (finished,) = desk.finished
    return finished  # type: ignore[no-any-return]


@pytest.mark.parametrize("secret", [NEW, OLD])
async def test_every_live_secret_signs_the_bytes_that_are_sent(secret: str) -> None:
    async with receiving("204 No Content") as (receiver, url):
        await deliver(url)

    standard_webhooks.verify([secret], receiver.headers, receiver.body, now=1000.0)
    assert receiver.headers["webhook-id"] == "d"
    assert json.loads(receiver.body) == {
        "id": "e",
        "sequence": "7",
        "epoch": "p",
        "tenant_id": "acme",
        "type": "message.received",
        "data": {},
    }


@pytest.mark.parametrize(
    ("head", "status", "retry_after"),
    [
        ("200 OK", 200, None),
        ("302 Found\r\nlocation: http://127.0.0.1:1/", 302, None),
        ("410 Gone", 410, None),
        ("429 Too Many Requests\r\nretry-after: 120", 429, 120),
        # The clock stands at 1,000 s.
        ("503 Busy\r\nretry-after: Thu, 01 Jan 1970 00:18:00 GMT", 503, 80),
        ("503 Service Unavailable\r\nretry-after: tomorrow", 503, None),
    ],
)
async def test_what_the_receiver_said_is_told_as_it_was(
    head: str, status: int, retry_after: int | None
) -> None:
    async with receiving(head) as (_, url):
        finished = await deliver(url)

    told = finished.retry_after.seconds if finished.HasField("retry_after") else None
    assert (finished.http_status, finished.error, told) == (status, "", retry_after)


async def test_an_address_inside_is_never_reached_and_the_ledger_says_so() -> None:
    async with receiving("200 OK") as (receiver, url):
        finished = await deliver(url, networks="")

    assert (finished.http_status, finished.error) == (0, "address_refused")
    assert receiver.headers == {}


async def test_nobody_there_is_told_by_its_kind_without_the_address() -> None:
    finished = await deliver("http://127.0.0.1:1/hook?token=secret")

    assert (finished.http_status, finished.error) == (0, "ConnectError")


async def test_what_we_sent_says_so_and_a_loop_ends_at_our_own_door() -> None:
    async with receiving("200 OK") as (receiver, url):
        await deliver(url)

    assert custom.LOOP in receiver.headers
