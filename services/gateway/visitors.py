"""Who writes in a web chat: a short-lived token of our own, since a browser keeps no secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass

from mesh.errors import NotSignedIn

LIFE_SECONDS = 3600.0
# So long after its end a token still renews the same visitor, who then sees the old conversation.
_RENEWABLE_SECONDS = 30 * 24 * 3600.0
_LONGEST_TOKEN = 2000
_PURPOSE = b"cassava visitor tokens 1"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Of one channel, on pages of one origin. `expires_at` in Unix seconds."""

    tenant_id: str
    channel_id: str
    id: str
    origin: str
    expires_at: float


class VisitorTokens:
    """Signed under the mesh key: nothing is stored, and every edge can read what another gave."""

    def __init__(self, mesh_key: str) -> None:
        self._key = hmac.digest(mesh_key.encode(), _PURPOSE, hashlib.sha256)

    def sign(self, visitor: Visitor) -> str:
        said = [visitor.tenant_id, visitor.channel_id, visitor.id, visitor.origin]
        words = json.dumps([*said, visitor.expires_at], separators=(",", ":")).encode()
        return f"{_encoded(words)}.{_encoded(self._mac(words))}"

    def read(self, token: str, channel_id: str, origin: str, now: float) -> Visitor:
        """Raise `NotSignedIn` for what is not ours, of another channel or page, or too old."""
        visitor = self._signed(token)
        if visitor is None or (visitor.channel_id, visitor.origin) != (channel_id, origin):
            raise NotSignedIn("this visitor token is not valid here: ask for a session")
        if now > visitor.expires_at:
            raise NotSignedIn("this visitor token expired: renew the session with it")
        return visitor

    def renewable(self, token: str, channel_id: str, origin: str, now: float) -> str:
        """The id of the visitor who comes back with an old token; a new one for everybody else."""
        visitor = self._signed(token)
        if (
            visitor is None
            or (visitor.channel_id, visitor.origin) != (channel_id, origin)
            or now > visitor.expires_at + _RENEWABLE_SECONDS
        ):
            return str(uuid.uuid4())
        return visitor.id

    def _signed(self, token: str) -> Visitor | None:
        words, _, mac = token.partition(".")
        try:
            if len(token) > _LONGEST_TOKEN:
                return None
            said = _decoded(words)
            if not hmac.compare_digest(self._mac(said), _decoded(mac)):
                return None
        except (binascii.Error, ValueError):
            return None
        return Visitor(*json.loads(said))

    def _mac(self, words: bytes) -> bytes:
        return hmac.digest(self._key, words, hashlib.sha256)


def is_vouched_for(secrets: tuple[str, ...], user_id: str, proof: str) -> bool:
    """Whether the tenant's own server signed this user: hex of HMAC-SHA-256 under a live secret."""
    fits = False
    for secret in secrets:
        wanted = hmac.digest(secret.encode(), user_id.encode(), hashlib.sha256).hex()
        fits |= hmac.compare_digest(wanted.encode(), proof.encode())
    return fits


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
