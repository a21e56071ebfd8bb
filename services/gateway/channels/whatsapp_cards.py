"""Contact cards that a customer shares on WhatsApp (Meta, "Contacts messages")."""

import msgspec

from services.gateway.channels.tolerant import Layer, Loose, Raw, read, text_of


class _Name(Layer):
    formatted_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class _Org(Layer):
    company: str | None = None


class _Phone(Layer):
    phone: Loose = None
    wa_id: Loose = None


class _Email(Layer):
    email: str | None = None


class Card(Layer):
    name: _Name | None = None
    phones: list[_Phone] | None = None
    emails: list[_Email] | None = None
    org: _Org | None = None


_CARD = msgspec.json.Decoder(Card)
_LIST = msgspec.json.Decoder(list[Raw])


def cards_of(contacts: Raw) -> list[Card]:
    """Each read alone; one that cannot be is a card with nothing on it."""
    return [read(_CARD, raw) or Card() for raw in read(_LIST, contacts) or ()]


def line_of(card: Card) -> str:
    """The name, and the numbers beside it."""
    name = card.name or _Name()
    parts = " ".join(filter(None, (name.first_name, name.last_name)))
    phones = ", ".join(text_of(phone.phone) for phone in card.phones or ())
    return f"{name.formatted_name or parts} {phones}".strip()
