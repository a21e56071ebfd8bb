"""SH: requests that a tenant would have us make, to places that are not its own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2, endpoint_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.egress import by_the_host, open_client
from services.gateway.endpoints import Endpoints
from tests.contract.tenants import at_the_edge
from tests.front import MESH_KEY
from tests.tickets.api import Api
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

    from mesh.egress import Resolve
    from tests.attacks.conftest import Acme

TENANT = "caller-of-others"
ENDPOINTS = f"/api/v1/tenants/{TENANT}/endpoints"
CHANNEL_PAUSED = "channel.paused"


class Outgoing:
    """A tenant whose channel pauses, and a worker that tells its endpoints so."""

    def __init__(self, http: httpx2.AsyncClient, api: Api, mesh: Api, channel_id: str) -> None:
        self.http = http
        self._api = api
        self._mesh = mesh
        self.channel_id = channel_id

    async def refusal(self, url: str) -> tuple[int, str]:
        """The status of an endpoint that nobody wants, and the field that is wrong."""
        answer = await self.http.post(ENDPOINTS, json={"url": url})
        return answer.status_code, answer.text

    async def told(
        self, url: str, *, at: str = "", networks: str = "", resolve: Resolve = by_the_host
    ) -> dict[str, Any]:
        """What the ledger says after one event; `at` is where that address is found."""
        wanted = {"url": url, "types": [CHANNEL_PAUSED]}
        endpoint = (await self.http.post(ENDPOINTS, json=wanted)).json()["endpoint"]
        for state in (channel_pb2.Channel.STATE_PAUSED, channel_pb2.Channel.STATE_ACTIVE):
            await self._api.channels.UpdateChannel(
                channel_pb2.UpdateChannelRequest(
                    channel_id=self.channel_id,
                    channel=channel_pb2.Channel(state=state),
                    update_mask=FieldMask(paths=["state"]),
                )
            )
        async with open_client(networks, resolve=resolve) as client:
            job = await self._claimed(url)
            job.url = at or url
            peers: Any = self._mesh
            await Endpoints("w", peers, client, slots=1).do(job)
        return await self._written_down(f"{ENDPOINTS}/{endpoint['id']}")

    async def _written_down(self, endpoint: str) -> dict[str, Any]:
        (listed,) = (await self.http.get(f"{endpoint}/deliveries")).json()["deliveries"]
        one = await self.http.get(f"{endpoint}/deliveries/{listed['id']}")
        await self.http.delete(endpoint)
        (attempt,) = one.json()["delivery"]["attempts"]
        return {**listed, **attempt}

    async def _claimed(self, url: str) -> endpoint_pb2.ClaimedEndpointDelivery:
        request = endpoint_pb2.ClaimEndpointDeliveriesRequest(worker="w", free_slots=16)
        async with asyncio.timeout(20):
            while True:
                found = (await self._mesh.endpoints.ClaimEndpointDeliveries(request)).deliveries
                for job in found:
                    if job.url == url:
                        return job
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
async def outgoing(acme: Acme) -> AsyncIterator[Outgoing]:
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, TENANT)
        key = await a_key(platform.api, TENANT)
    identity = MeshIdentity(MESH_KEY, "gateway-worker")
    async with (
        at_the_edge(acme.front, key) as admin,
        dial(acme.front.tickets, identity, audience="tickets") as channel,
    ):
        own = await a_channel(admin.api, tenant_id=TENANT)
        yield Outgoing(admin.http, admin.api, Api(channel), own.id)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "0", "2130706433", "0x7f.1", "0251.0376.0251.0376", "[::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "localhost", "localhost.", "LOCALHOST"),
        *("①②⑦.0.0.1", "127。0。0。1", "%31%32%37.0.0.1"),
    ],
)
async def test_sh_01_no_way_of_writing_an_address_inside_is_taken(
    outgoing: Outgoing, host: str
) -> None:
    status, said = await outgoing.refusal(f"https://{host}/")

    assert (status, "endpoint.url" in said) == (400, True)


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1"),
        *("192.0.0.8", "240.0.0.1", "0.0.0.0", "224.0.0.1", "[fc00::1]", "[fe80::1]"),  # noqa: S104
        *("[64:ff9b::10.0.0.1]", "[2002:7f00:1::]", "[2001:db8::1]", "[fd00:ec2::254]"),
    ],
)
async def test_sh_02_no_network_inside_is_taken(outgoing: Outgoing, address: str) -> None:
    status, said = await outgoing.refusal(f"https://{address}/latest/meta-data")

    assert (status, "endpoint.url" in said) == (400, True)


REDIRECTS = ["http://127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1/", "/hook"]


@pytest.mark.parametrize("leads_to", REDIRECTS)
async def test_sh_03_a_redirect_is_a_failure_and_nobody_follows_it(
    outgoing: Outgoing, leads_to: str
) -> None:
    async with receiving(f"302 Found\r\nlocation: {leads_to}") as (came, port):
        told = await outgoing.told(
            "https://hooks.example.com/moved",
            at=f"http://127.0.0.1:{port}/hook",
            networks="127.0.0.0/8",
        )

    assert len(came) == 1
    assert (told["state"], told["http_status"]) == ("STATE_PENDING", 302)


@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", ""),
        *("gopher://hooks.example.com/", "hooks.example.com", "https:///", "//127.0.0.1/"),
        *("https://hooks.example.com:8443/", "https://hooks.example.com:22/"),
        *("https://hooks.example.com:6379/", "https://hooks.example.com:5432/"),
        *("https://user:secret@hooks.example.com/", "https://good@127.0.0.1#@hooks.example.com/"),
        *("https://hooks.example.com\\@127.0.0.1/", "https://127.0.0.1\\.hooks.example.com/"),
        *("https://hooks.example.com/\r\nHost: x", "https://hooks\n.example.com/"),
    ],
)
async def test_sh_04_no_trick_in_an_address_is_taken(outgoing: Outgoing, url: str) -> None:
    status, said = await outgoing.refusal(url)

    assert (status, "endpoint.url" in said) == (400, True)


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("postgres", ["10.0.0.7"]),
        ("envoy.cassava.svc.cluster.local", ["127.0.0.1"]),
        ("metadata.example.com", ["169.254.169.254"]),
        ("one-of-two.example.com", ["8.8.8.8", "10.0.0.7"]),
        ("wrapped.example.com", ["64:ff9b::a00:7"]),
    ],
)
async def test_sh_05_a_name_that_leads_inside_is_never_called_and_the_ledger_says_so(
    outgoing: Outgoing, host: str, addresses: list[str]
) -> None:
    async def leads_there(_: str, __: int) -> list[Any]:
        return [ip_address(each) for each in addresses]

    told = await outgoing.told(f"https://{host}/", resolve=leads_there)

    assert (told["http_status"], told["error"]) == (0, "address_refused")


async def test_sh_06_what_we_sent_is_not_taken_at_our_own_door(outgoing: Outgoing) -> None:
    """An endpoint that is a tenant's own custom channel would answer itself for ever."""
    async with receiving("204 No Content") as (came, port):
        await outgoing.told(
            "https://hooks.example.com/loop",
            at=f"http://127.0.0.1:{port}/hook",
            networks="127.0.0.0/8",
        )
    (head, body), own = came[0], f"/api/v1/webhooks/custom/{outgoing.channel_id}"
    ours = {name: value for name, value in head.items() if name not in {"host", "content-length"}}

    answer = await outgoing.http.post(own, content=body, headers=ours)

    assert "webhook-signature" in ours
    assert answer.status_code == 403


@asynccontextmanager
async def receiving(head: str) -> AsyncIterator[tuple[list[tuple[dict[str, str], bytes]], int]]:
    """A tenant's program that answers so, and what reached it."""
    came: list[tuple[dict[str, str], bytes]] = []
    port = 0

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {
            name.lower(): value
            for name, _, value in (each.partition(": ") for each in lines)
            if name
        }
        came.append((headers, await reader.readexactly(int(headers["content-length"]))))
        answer = head.replace("{port}", str(port))
        writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield came, port
