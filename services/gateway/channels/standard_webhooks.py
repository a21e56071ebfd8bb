"""Signing and verifying as Standard Webhooks 1.0.0 says; only `v1` (HMAC-SHA256)."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

from services.gateway.channels.channel import BadSignature

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300

_SECONDS = re.compile(r"[0-9]{1,12}")
# One header may hold a few signatures while secrets are being rotated, not hundreds.
_MOST_SIGNATURES = 16


def sign(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers, with a signature for every live secret."""
    digests = [_digest(secret, message_id, str(timestamp), body) for secret in secrets]
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: float) -> None:
    """Raise `BadSignature` unless any signature fits any live secret, at most 5 minutes old."""
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = _signatures(headers.get(SIGNATURE, ""))
    fits = False
    for secret in secrets:
        wanted = _digest(secret, message_id, timestamp, body)
        for signature in given:
            fits |= hmac.compare_digest(wanted, signature)
    if not (fits and message_id and _is_recent(timestamp, now)):
        raise BadSignature


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_<base64>`, with or without the prefix and the padding."""
    encoded = secret.removeprefix("whsec_").rstrip("=")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature from None


def _digest(secret: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    return hmac.digest(key_of(secret), signed, hashlib.sha256)


def _signatures(header: str) -> list[bytes]:
    parts = header.split(" ", _MOST_SIGNATURES)
    found = []
    for part in parts if len(parts) <= _MOST_SIGNATURES else ():
        version, _, encoded = part.partition(",")
        if version == "v1" and encoded.isascii():
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found


def _is_recent(timestamp: str, now: float) -> bool:
    return bool(_SECONDS.fullmatch(timestamp)) and abs(now - int(timestamp)) <= TOLERANCE_SECONDS
