"""One file from a provider's store: only from its own hosts, only so large, only what was promised.

The address comes from outside, and our token goes along: it is checked before a byte is sent.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import httpx2

from services.gateway.channels import sending

LARGEST_BYTES = 20 * 2**20
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_AGAIN_SECONDS = 30.0
# All of it: a server that drips holds one of few slots.
_MOST_SECONDS = 60.0


class FileUnavailable(Exception):
    """It will never be had."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileLater(Exception):
    """It may be had after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = _AGAIN_SECONDS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where a provider's files may lie: its configured address, https hosts of these domains."""

    base_url: str
    domains: Collection[str] = ()

    def check(self, url: str) -> None:
        """Raise `FileUnavailable` for any other place."""
        try:
            address, base = urlsplit(url), urlsplit(self.base_url)
            is_ours = _origin(address) == _origin(base)
            is_theirs = address.scheme == "https" and address.port in {None, 443}
        except ValueError:
            raise FileUnavailable("address_refused") from None
        host = (address.hostname or "").lower()
        is_theirs &= any(host == domain or host.endswith(f".{domain}") for domain in self.domains)
        if address.username is not None or address.password is not None or "\\" in url:
            raise FileUnavailable("address_refused")
        if not (is_ours or is_theirs):
            raise FileUnavailable("address_refused")


class Anywhere:
    """Where a tenant's own files may lie: what the name leads to is looked at by the client."""

    def check(self, url: str) -> None:
        """Raise `FileUnavailable` for what is no address, or holds a password."""
        try:
            address = urlsplit(url)
            is_fine = bool(address.hostname) and address.scheme in {"https", "http"}
        except ValueError:
            raise FileUnavailable("address_refused") from None
        if not is_fine or address.username is not None or address.password is not None:
            raise FileUnavailable("address_refused")


async def fetch(
    client: httpx2.AsyncClient,
    url: str,
    hosts: Hosts | Anywhere,
    headers: Mapping[str, str] | None = None,
    sha256: str = "",
) -> bytes:
    """All of it. A redirect is refused: it would carry the token to another host."""
    hosts.check(url)
    try:
        async with (
            asyncio.timeout(_MOST_SECONDS),
            client.stream(
                "GET", url, headers=dict(headers or {}), follow_redirects=False
            ) as response,
        ):
            check_status(response.status_code)
            content = await _body(response)
    except TimeoutError:
        raise FileLater("timeout") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _failed(sending.named(error)) from None
    if sha256 and not _is_that(content, sha256):
        raise FileLater("checksum")
    return content


def _failed(name: str) -> FileLater | FileUnavailable:
    is_for_good = name in {"address_refused", "InvalidURL", "UnsupportedProtocol"}
    return FileUnavailable(name) if is_for_good else FileLater(name)


def check_status(status: int) -> None:
    """What an answer other than 200 means for a file."""
    if status == HTTPStatus.OK:
        return
    reason = f"http_{status}"
    is_passing = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
    # A wrong token is mended by somebody; an address that is gone is asked for anew.
    is_mendable = status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    if is_passing or is_mendable or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FileLater(reason)
    raise FileUnavailable(reason)


async def _body(response: httpx2.Response) -> bytes:
    promised = response.headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > LARGEST_BYTES:
        raise FileUnavailable("too_large")
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > LARGEST_BYTES:
            raise FileUnavailable("too_large")
    return bytes(content)


def _is_that(content: bytes, sha256: str) -> bool:
    """Meta writes it in base64 in webhooks and in hex elsewhere."""
    digest = hashlib.sha256(content).digest()
    if _HEX.fullmatch(sha256):
        return hmac.compare_digest(digest.hex(), sha256.lower())
    return hmac.compare_digest(base64.b64encode(digest), sha256.encode())


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    return address.scheme, address.hostname, address.port
