"""Whose a webhook is: which account's secret signed it, and which items that account may bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh import logs
from services.gateway.channels import whatsapp
from services.gateway.channels.channel import (
    NOBODY,
    Account,
    Arrival,
    BadSignature,
    Channel,
    Note,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.gateway.accounts import Found

log = logs.get(__name__)

# Stands in for the secret of an account that does not exist, so that the time is the same.
_NOBODYS = Account(
    tenant_id="",
    account_id="",
    kind="",
    secrets={
        "app_secret": ["nobody"],
        "secret_token": ["nobody"],
        "signing_secret": ["whsec_bm9ib2R5"],
    },
)
_NOT_UNDER_THIS_APP = "account_unknown_or_not_under_this_app"


def active(found: Iterable[Account]) -> list[Account]:
    """An account that is switched off, or whose tenant is, does not exist outside."""
    return [account for account in found if account.is_active]


def verified(
    channel: Channel, found: Sequence[Account], headers: Mapping[str, str], body: bytes
) -> Account | None:
    """Whose these bytes are, if they are; the same work when there is no such account."""
    account = found[0] if found else None
    try:
        channel.verify(account or _NOBODYS, headers, body)
    except BadSignature:
        return None
    return account


def signer(candidates: Iterable[Account], headers: Mapping[str, str], body: bytes) -> str | None:
    """The app secret that signed; the same work when there is no candidate at all."""
    secrets = {
        secret: None for account in candidates for secret in account.secrets.get("app_secret", ())
    }
    signature = headers.get(whatsapp.SIGNATURE, "")
    if not secrets:
        whatsapp.signing_secret(_NOBODYS.secrets["app_secret"], signature, body)
        return None
    return whatsapp.signing_secret(secrets, signature, body)


def owned(
    arrival: Arrival, found: Found, candidates: Sequence[Account], secret: str
) -> list[tuple[Account | None, Arrival]]:
    """Only accounts under the app that signed take part; the others' items are refused."""
    # What names nobody is of whoever's secret signed it, when there is but one.
    asked = candidates if arrival.named == NOBODY else found
    ours = [account for account in asked if secret in account.secrets.get("app_secret", ())]
    if len(ours) == 1 or (_is_for_all(arrival) and len({each.tenant_id for each in ours}) == 1):
        return [(account, arrival) for account in ours]
    if isinstance(arrival, Unreadable) and arrival.named == NOBODY:
        return [(None, arrival)]
    log.warning("webhook_item_refused", named=arrival.named.external_id)
    refused = Unreadable(reason=_NOT_UNDER_THIS_APP, raw=arrival.raw, named=arrival.named)
    return [(None, refused)]


def _is_for_all(arrival: Arrival) -> bool:
    """News of a business account, which concern each of its numbers."""
    named = arrival.named
    is_of_business = bool(named.business_id and not named.external_id)
    return is_of_business and isinstance(arrival, Note) and arrival.contact is None
