"""Which addresses are the public internet, and which are ours or our hosts'."""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

# IANA's special-purpose registries (RFC 6890 and what followed), multicast and reserved space.
_INSIDE = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
# All of IPv6 that is given out at all.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_OPENED = "whoever runs this installation opens networks inside by CASSAVA_EGRESS_NETWORKS"


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """False as well for an IPv6 address that only wraps an IPv4 one that is not."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(address.packed[-4:]))
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST:
            return False
    return not any(address in network for network in _INSIDE)


def problem_of(url: str, *, may_be_plain: bool) -> str:
    """Why nothing of a tenant's is posted there; empty: it is. What a name resolves to is looked at
    on each connection.

    `may_be_plain`: the operator opened networks inside, where http and any port will do.
    """
    try:
        address = urlsplit(url)
        port, host = address.port, address.hostname or ""
    except ValueError:
        return "this is not an address"
    if not host or "%" in host or any(c <= " " or c in "\\\x7f" for c in url):
        return "this is not an address"
    if address.username is not None or address.password is not None:
        return "an address with a user name or a password in it is not taken: check the signature"
    if may_be_plain and address.scheme in ("http", "https"):
        return ""
    if address.scheme != "https" or port not in (None, 443):
        return f"this is no https address on port 443; {_OPENED}"
    return f"this address is not in the public internet; {_OPENED}" if _is_inside(host) else ""


def _is_inside(host: str) -> bool:
    # As a client reads a name that is not ASCII: full-width digits, circled ones, other full stops.
    host = unicodedata.normalize("NFKC", host).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return _is_number_inside(host)


def _is_number_inside(host: str) -> bool:
    """`2130706433`, `0x7f.1`, `127.1`: the ways of writing an address that resolvers still take."""
    try:
        return not is_public(IPv4Address(socket.inet_aton(host)))
    except OSError:
        return False
