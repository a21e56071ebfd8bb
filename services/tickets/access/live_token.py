"""A live token: one minute, one use, for a browser that cannot send a key."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mesh.errors import NotSignedIn

if TYPE_CHECKING:
    from datetime import datetime

LIFE = timedelta(seconds=60)
_BYTES = 32


class LiveTokenInvalid(NotSignedIn):
    def __init__(self) -> None:
        super().__init__("this live token is unknown, used or over")


@dataclass(frozen=True, slots=True)
class LiveToken:
    """Stands for the key that asked for it, with that key's rights and no others."""

    tenant_id: str
    hash: bytes
    role: str
    key_id: str
    expires_at: datetime


def made() -> str:
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> bytes:
    """SHA-256 is enough: nobody guesses 32 random bytes within a minute."""
    return hashlib.sha256(token.encode()).digest()
