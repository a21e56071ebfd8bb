"""HTTP without a framework, for the one hot path: read a body, answer with few bytes."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from mesh.status import DOMAIN

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


def _refusal(status: int, code: int, reason: str, message: str, retry_after: int = 0) -> Reply:
    """google.rpc.Status as JSON, as everywhere; written once and not for each request."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": DOMAIN}
    said = {"code": code, "message": message, "details": [info]}
    return Reply(status, json.dumps(said, separators=(",", ":")).encode(), retry_after)


# Telegram would execute a body that has a method, so there is none.
STORED = Reply(200)
UNAUTHORIZED = _refusal(401, 16, "BAD_SIGNATURE", "not signed by a known account")
FORBIDDEN = _refusal(403, 7, "NOT_ALLOWED", "wrong verify token")
NOT_FOUND = _refusal(404, 5, "NOT_FOUND", "no such webhook")
NOT_ALLOWED = _refusal(405, 12, "NOT_ALLOWED", "method not allowed")
CONFLICT = _refusal(409, 9, "CONFLICT", "another body under the same id")
TOO_LARGE = _refusal(413, 8, "INVALID_INPUT", "body too large")
LATER = _refusal(503, 14, "UNAVAILABLE", "not stored; send it again", retry_after=2)


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
