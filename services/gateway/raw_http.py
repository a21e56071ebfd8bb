"""HTTP without a framework, for the one hot path: read a body, answer with few bytes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BodyTooLarge(Exception):
    """More bytes than the channel may send."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a provider: no more than it needs."""

    status: int
    body: bytes = b""
    retry_after: int = 0


# Telegram would execute a body that has a method, so there is none.
STORED = Reply(200)
UNAUTHORIZED = Reply(401, b'{"code":16,"message":"not signed by a known account","details":[]}')
FORBIDDEN = Reply(403, b'{"code":7,"message":"wrong verify token","details":[]}')
NOT_FOUND = Reply(404, b'{"code":5,"message":"no such webhook","details":[]}')
NOT_ALLOWED = Reply(405, b'{"code":12,"message":"method not allowed","details":[]}')
CONFLICT = Reply(409, b'{"code":9,"message":"another body under the same id","details":[]}')
TOO_LARGE = Reply(413, b'{"code":8,"message":"body too large","details":[]}')
LATER = Reply(503, b'{"code":14,"message":"not stored; send it again","details":[]}', 2)


def headers_of(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By lower-case name. A header that comes twice is joined, so it matches nothing by luck."""
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def read(receive: Receive, headers: Mapping[str, str], cap: int) -> bytes:
    length = headers.get("content-length", "")
    if length.isdigit() and int(length[:12]) > cap:
        raise BodyTooLarge
    message = await receive()
    body: bytes | bytearray = message.get("body", b"")
    if message.get("more_body", False):
        body = bytearray(body)
        while message.get("more_body", False) and len(body) <= cap:
            message = await receive()
            body += message.get("body", b"")
    if len(body) > cap:
        raise BodyTooLarge
    return bytes(body)


async def respond(send: Send, reply: Reply) -> None:
    headers = [(b"content-length", str(len(reply.body)).encode())]
    if reply.body:
        content_type = b"application/json" if reply.status != STORED.status else b"text/plain"
        headers += [(b"content-type", content_type), (b"x-content-type-options", b"nosniff")]
    if reply.retry_after:
        headers.append((b"retry-after", str(reply.retry_after).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
