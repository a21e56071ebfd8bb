"""Who a WhatsApp item is from or for: a set of names, never one phone number (CHANNELS 2.11)."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from services.gateway.channels.channel import Alias, Contact
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of

# Country, then up to 128 letters and digits ("Business-scoped user IDs", Meta, 7 May 2026).
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class _Profile(Layer):
    name: str | None = None
    username: str | None = None


class _Person(Layer):
    wa_id: Loose = None
    user_id: Loose = None
    profile: _Profile | None = None


_PERSON = msgspec.json.Decoder(_Person)
_NO_PROFILE = _Profile()


class Known(msgspec.Struct, frozen=True):
    """A `contacts` entry, found again by either of its ids."""

    person: _Person
    raw: Raw


People = Mapping[str, Known]


def people_of(contacts: Iterable[Raw] | None) -> People:
    """By every id there is: the list may be missing, and its order says nothing."""
    people = {}
    for raw in contacts or ():
        person = read(_PERSON, raw)
        for name in (person.wa_id, person.user_id) if person else ():
            if name is not None and person:
                people[text_of(name)] = Known(person, raw)
    return people


def contact_of(
    people: People, phone: Loose, user_id: Loose, *, moved_to: tuple[str, ...] = ()
) -> tuple[Contact | None, Raw]:
    """Who that is, by all the names we are told; None when there is no name at all.

    The BSUID comes first: since usernames exist it is the one that is always told. `moved_to`
    are names that the person has from now on: answers go there.
    """
    told = [text_of(name) for name in (user_id, phone) if name is not None]
    known = next((people[name] for name in told if name in people), None)
    scoped = (text_of(user_id), "")
    if known:
        scoped = (scoped[0], text_of(known.person.user_id))
        told += (scoped[1], text_of(known.person.wa_id))
    ids: list[Alias] = []
    phones: list[Alias] = []
    for name in dict.fromkeys((*told, *moved_to)):
        if name:
            is_id = name in scoped or is_user_id(name)
            (ids if is_id else phones).append(Alias("bsuid" if is_id else "wa_id", name))
    aliases = ids + phones
    if not aliases:
        return None, ABSENT
    profile = (known.person.profile if known else None) or _NO_PROFILE
    address = _address(aliases, moved_to) if moved_to else (phones or ids)[0].value
    if profile.username:
        aliases.append(Alias("username", profile.username))
    return Contact(tuple(aliases), address, profile.name or ""), known.raw if known else ABSENT


def is_user_id(name: str) -> bool:
    """A BSUID, which may stand where a phone number is expected."""
    return "." in name and _BSUID.fullmatch(name) is not None


def _address(aliases: Iterable[Alias], moved_to: tuple[str, ...]) -> str:
    """A phone number where one is known: `to` wins over `recipient`."""
    phones = [alias.value for alias in aliases if alias.kind == "wa_id"]
    return next((name for name in moved_to if name in phones), "") or next(
        iter(phones or moved_to or [alias.value for alias in aliases])
    )
