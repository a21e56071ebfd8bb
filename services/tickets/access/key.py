"""An API key: shown once, kept hashed."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mesh.errors import NotFound, NotSignedIn

if TYPE_CHECKING:
    from datetime import datetime

_PREFIX = "csk"
_ID_BYTES = 8
_SECRET_BYTES = 32
_KEY = re.compile(r"csk_([0-9a-z]{4,40})_([0-9A-Za-z]{16,128})", re.ASCII)


class KeyNotFound(NotFound):
    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id}")


class KeyRefused(NotSignedIn):
    """One message for every cause: a guesser learns nothing."""

    def __init__(self) -> None:
        super().__init__("this key is unknown, revoked or expired")
        self.reason = "NOT_SIGNED_IN"


class Shown(NamedTuple):
    """A key as its holder knows it."""

    id: str
    secret: str

    @property
    def text(self) -> str:
        return f"{_PREFIX}_{self.id}_{self.secret}"


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    tenant_id: str
    role: str
    name: str
    hash: bytes
    expires_at: datetime
    created_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


def made() -> Shown:
    """A new key, from the system's randomness."""
    return Shown(secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES))


def made_for(pepper: bytes, tenant_id: str, request_id: str) -> Shown:
    """The key of a repeatable request: made again it is the same, so no secret is stored."""
    said = f"{tenant_id}\0{request_id}".encode()
    key_id = hmac.digest(pepper, b"id\0" + said, "sha256")[:_ID_BYTES]
    return Shown(key_id.hex(), hmac.digest(pepper, b"secret\0" + said, "sha256").hex())


def parsed(text: str) -> Shown | None:
    """None for what was never a key of ours."""
    match = _KEY.fullmatch(text)
    return Shown(match[1], match[2]) if match else None


def hashed(pepper: bytes, shown: Shown) -> bytes:
    """HMAC-SHA-256: the table alone, without the pepper, tests no guess."""
    return hmac.digest(pepper, shown.text.encode(), "sha256")


def is_same(one: bytes, other: bytes) -> bool:
    """In constant time."""
    return hmac.compare_digest(one, other)
