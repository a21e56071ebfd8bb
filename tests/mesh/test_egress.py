"""What tenants give as an address leads to the public internet, or nowhere."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from mesh.addresses import is_public
from mesh.egress import AddressRefused, open_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REDIRECT = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"


@asynccontextmanager
async def listening(
    answer: bytes = b"", host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server inside, and what reached it."""
    came: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, host, port)
    async with server:
        yield server.sockets[0].getsockname()[1], came


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("198.18.0.1", "192.0.0.8", "240.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),  # noqa: S104
        *("::", "::1", "fc00::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "ff02::1"),
        *("2002:7f00:1::", "2001:db8::1", "2001::1"),
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost.",
    ],
)
async def test_no_way_of_writing_an_address_inside_is_let_through(host: str) -> None:
    async with listening() as (port, came), open_client() as client:
        with pytest.raises(httpx2.TransportError):
            await client.get(f"http://{host}:{port}/")

    assert came == []


@pytest.mark.parametrize("port", [22, 80, 5432, 6379, 8443])
async def test_outside_only_the_port_of_https_is_open(port: int) -> None:
    async with open_client() as client:
        with pytest.raises(httpx2.ConnectError) as refused:
            await client.get(f"http://8.8.8.8:{port}/")

    assert isinstance(refused.value.__cause__, AddressRefused)


async def test_a_network_that_the_operator_opens_is_reached_on_any_port() -> None:
    async with (
        listening(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, came),
        open_client("10.0.0.0/8, 127.0.0.0/8") as client,
    ):
        answer = await client.post(f"http://127.0.0.1:{port}/hook")

    assert (answer.status_code, len(came)) == (204, 1)


async def test_a_name_that_changes_its_mind_leads_only_where_it_was_looked_at() -> None:
    """DNS rebinding: the address that is checked and the one that is called are one answer."""
    said = [["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2", "127.0.0.1"]]

    async def rebinds(host: str, port: int) -> list[Any]:
        del host, port
        return [ip_address(address) for address in said.pop(0)]

    async with (
        listening(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, inside),
        listening(b"HTTP/1.1 204 No Content\r\n\r\n", "127.0.0.2", port) as (_, allowed),
        open_client("127.0.0.2/32", resolve=rebinds) as client,
    ):
        url = f"http://hook.example:{port}/"
        first = await client.get(url)
        assert len(said) == 2  # asked once, and that answer was called
        for _ in range(2):  # next time the name says something else, or both
            with pytest.raises(httpx2.ConnectError) as refused:
                await client.get(url)
            assert isinstance(refused.value.__cause__, AddressRefused)

    assert (first.status_code, len(allowed), inside, said) == (204, 1, [], [])


async def test_a_redirect_is_not_followed() -> None:
    async with listening(REDIRECT) as (port, came), open_client("127.0.0.0/8") as client:
        answer = await client.get(f"http://127.0.0.1:{port}/")

    assert (answer.status_code, len(came)) == (302, 1)


def test_what_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        open_client("10.0.0.0/99")
