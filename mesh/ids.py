"""Identifiers: UUIDs whose order is the order of their making."""

from __future__ import annotations

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_62_BITS = (1 << 62) - 1


def uuid7() -> UUID:
    """RFC 9562 version 7: 48 bits of Unix milliseconds, 74 random ones."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    random_a, random_b = random >> 68, random & _62_BITS
    return UUID(int=milliseconds << 80 | _VERSION_7 | random_a << 64 | _VARIANT | random_b)
