"""Page tokens: opaque, signed, bound to the query they continue."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from pydantic import SecretStr

DEFAULT_SIZE = 50
LARGEST_SIZE = 500
_MAC_BYTES = 16


class PageTokenInvalid(InvalidInput):
    def __init__(self) -> None:
        super().__init__("this page token belongs to another query", field="page_token")


def size(page_size: int) -> int:
    """How many rows to give: 0 means 50, more than 500 means 500."""
    if page_size < 0:
        raise InvalidInput("page_size must not be negative", field="page_size")
    return min(page_size, LARGEST_SIZE) or DEFAULT_SIZE


class Pages:
    """Signs where a list goes on. Bound to every field of the request but the page's own."""

    def __init__(self, mesh_key: SecretStr) -> None:
        # A key of its own: a page token can never pass for another of our tokens.
        self._key = hmac.digest(mesh_key.get_secret_value().encode(), b"pages", "sha256")

    def sign(self, request: Message, *position: str | int) -> str:
        """The token for the page that starts after this position."""
        said = json.dumps(position, separators=(",", ":")).encode()
        return _text_of(self._mac(request, said) + said)

    def unsign(self, request: Message) -> tuple[str | int, ...] | None:
        """Where to go on, None for the first page; raises `PageTokenInvalid`."""
        token: str = getattr(request, "page_token", "")
        if not token:
            return None
        try:
            packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError as error:
            raise PageTokenInvalid from error
        if _text_of(packed) != token:  # letters beside the alphabet would be passed over
            raise PageTokenInvalid
        mac, said = packed[:_MAC_BYTES], packed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(request, said)):
            raise PageTokenInvalid
        return tuple(json.loads(said))

    def _mac(self, request: Message, said: bytes) -> bytes:
        query = type(request)()
        query.CopyFrom(request)
        query.ClearField("page_token")
        query.ClearField("page_size")
        asked = hashlib.sha256(query.SerializeToString(deterministic=True)).digest()
        named = request.DESCRIPTOR.full_name.encode()
        return hmac.digest(self._key, asked + named + said, "sha256")[:_MAC_BYTES]


def _text_of(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")
