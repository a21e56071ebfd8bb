"""The one HTTP client for addresses that tenants give: it reaches the public internet, no more.

A name is resolved here, every address it has is looked at, and the connection goes to the one that
was looked at: what the name says a moment later does not matter. TLS still asks for the name.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias

import httpcore2
import httpx2

from mesh.addresses import is_public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

Resolve: TypeAlias = "Callable[[str, int], Awaitable[list[IPv4Address | IPv6Address]]]"

_HTTPS = 443
# The host's resolver has no limit of its own.
_RESOLVE_SECONDS = 5.0
_MOST_CONNECTIONS = 100


class AddressRefused(httpcore2.ConnectError):
    """Where this leads is not for tenants to choose. The client raises it as `ConnectError`."""


async def by_the_host(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """As the host does it, so that no notation means one thing to us and another to it."""
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
    except (OSError, UnicodeError, TimeoutError):
        raise httpcore2.ConnectError("name_not_resolved") from None
    return [ip_address(str(place[4][0]).partition("%")[0]) for place in found]


def open_client(
    networks: str = "", timeout: float = 15.0, resolve: Resolve = by_the_host
) -> httpx2.AsyncClient:
    """`networks`: those inside, by commas, that the operator opens; there any port will do.

    No redirects, no proxies from the environment, no retries, no cookies kept.
    """
    # Its log lines hold whole addresses, and tenants put tokens into them.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    return httpx2.AsyncClient(
        transport=_Transport(networks, resolve),
        timeout=httpx2.Timeout(timeout, connect=5.0, pool=5.0),
        follow_redirects=False,
        trust_env=False,
    )


def opened(networks: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raise `ValueError` for what is no network."""
    return tuple(ip_network(text.strip()) for text in networks.split(",") if text.strip())


class _Transport(httpx2.AsyncHTTPTransport):
    def __init__(self, networks: str, resolve: Resolve) -> None:
        # Not super().__init__(): it takes no network backend, and makes a pool of its own.
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=0,
            network_backend=_Guarded(opened(networks), resolve),
        )


class _Guarded(httpcore2.AsyncNetworkBackend):
    """Opens a connection only to an address that was looked at."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network], resolve: Resolve) -> None:
        self._networks = networks
        self._resolve = resolve
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        for address in addresses:
            self._check(address, port)
        return await self._plain.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise AddressRefused("address_refused")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _check(self, address: IPv4Address | IPv6Address, port: int) -> None:
        if any(address in network for network in self._networks):
            return
        if port != _HTTPS or not is_public(address):
            raise AddressRefused("address_refused")
