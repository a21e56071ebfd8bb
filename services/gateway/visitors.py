"""Who writes in a web chat: a short-lived token of our own, since a browser keeps no secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.buckets import Buckets, Rate
from mesh.errors import NotSignedIn, TooMany
from mesh.guesses import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIFE_SECONDS = 3600.0
# So long after its end a token still renews the same visitor, who then sees the old conversation.
_RENEWABLE_SECONDS = 30 * 24 * 3600.0
_LONGEST_TOKEN = 2000
# Whole offices share an address, and a visitor costs nothing to invent: both are counted.
_OF_VISITOR = Rate(per_second=20 / 60, burst=20)
_OF_ADDRESS = Rate(per_second=2, burst=120)
_NEW_OF_ADDRESS = Rate(per_second=10 / 60, burst=30)
_MOST_COUNTED = 100_000
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
        """The id of the visitor who comes back with an old token; empty for everybody else."""
        visitor = self._signed(token)
        if (
            visitor is None
            or (visitor.channel_id, visitor.origin) != (channel_id, origin)
            or now > visitor.expires_at + _RENEWABLE_SECONDS
        ):
            return ""
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


class Limits:
    """How much visitors may write, and how many may come, from one place; of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_visitor, self._of_address, self._new = (
            Buckets(rate, _MOST_COUNTED, clock=clock)
            for rate in (_OF_VISITOR, _OF_ADDRESS, _NEW_OF_ADDRESS)
        )

    def write(self, headers: Mapping[str, str], visitor_id: str) -> None:
        """One more message. Raise `TooMany` with the seconds to wait."""
        _spend(self._of_address, headers.get(ADDRESS, ""), "messages")
        _spend(self._of_visitor, visitor_id, "messages")

    def come(self, headers: Mapping[str, str]) -> None:
        """One more visitor whom nobody knows. Raise `TooMany` with the seconds to wait."""
        _spend(self._new, headers.get(ADDRESS, ""), "new visitors")


def _spend(buckets: Buckets, place: str, what: str) -> None:
    """Who has no address came past Envoy, from inside."""
    if place and not buckets.take(place):
        wait = max(1.0, buckets.wait(place))
        raise TooMany(f"too many {what} in a short time", retry_after_seconds=wait)


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
