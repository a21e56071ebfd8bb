"""Secrets at rest: sealed, each bound to its own place."""

from __future__ import annotations

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Asked for each time: what it derives from is in a database that may be away at the start.
Secret = Callable[[], bytes]
_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


class SealBroken(Exception):
    """A secret cannot be opened: another key, or bytes that were moved or changed."""


def derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF-SHA-256, RFC 5869), 32 bytes."""
    return HKDF(SHA256(), _KEY_BYTES, salt=b"cassava", info=purpose.encode()).derive(
        secret.encode()
    )


class Sealer:
    """AES-256-GCM; sealed bytes opened in another place than their own do not open."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def seal(self, value: str, *place: str) -> bytes:
        """`place` says which row it is: tenant, table, id, kind."""
        nonce = os.urandom(_NONCE_BYTES)
        hidden = AESGCM(self._key()).encrypt(nonce, value.encode(), _bound_to(place))
        return _FORMAT + nonce + hidden

    def open(self, sealed: bytes, *place: str) -> str:
        """Raise `SealBroken` unless it was sealed here, under this key."""
        nonce, hidden = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if not sealed.startswith(_FORMAT):
                raise SealBroken("unknown format")
            return AESGCM(self._key()).decrypt(nonce, hidden, _bound_to(place)).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a secret does not open under this key") from error


def _bound_to(place: tuple[str, ...]) -> bytes:
    # A separator that none of the words can hold: ("ab", "c") and ("a", "bc") must differ.
    return "\0".join(place).encode()
