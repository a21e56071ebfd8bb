"""Who a WhatsApp item is from or for: a set of names, never one phone number (CHANNELS 2.11)."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.gateway.channels.channel import Alias, Contact
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of

GROUP = "group"  # the thread of those whose address is a group's
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


class Known(msgspec.Struct, frozen=True, gc=False):
    """A `contacts` entry, found again by either of its ids."""

    person: _Person
    raw: Raw


_STRANGER = Known(_Person(), ABSENT)
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
    if phone is None and user_id is None and not moved_to:
        return None, ABSENT
    known = people.get(text_of(user_id)) or people.get(text_of(phone)) or _STRANGER
    person = known.person
    ids: list[str] = []
    phones: list[str] = []
    for name in (user_id, person.user_id):
        if name is not None and (said := text_of(name)) and said not in ids:
            ids.append(said)
    for name in (phone, person.wa_id, *moved_to):
        if name is None or not (said := text_of(name)) or said in phones or said in ids:
            continue
        (ids if is_user_id(said) else phones).append(said)
    if not ids and not phones:
        return None, ABSENT
    profile = person.profile or _NO_PROFILE
    aliases = [Alias("bsuid", name) for name in ids] if ids else []
    aliases += [Alias("wa_id", name) for name in phones]
    if profile.username:
        aliases.append(Alias("username", profile.username))
    address = _address(ids, phones, moved_to)
    return Contact(tuple(aliases), address, profile.name or ""), known.raw


def only_contact_of(contacts: Sequence[Raw] | None) -> tuple[Contact | None, Raw]:
    """Who wrote the one message that names nobody: the one person who is named beside it."""
    if contacts is None or len(contacts) != 1:
        return None, ABSENT
    person = read(_PERSON, contacts[0]) or _Person()
    return contact_of(people_of(contacts), person.wa_id, person.user_id)


def in_group(contact: Contact | None, group_id: str) -> Contact:
    """The group is whom we answer, as on Telegram; the name is of whoever spoke last."""
    name = contact.name if contact else ""
    return Contact((Alias("wa_group", group_id),), address=group_id, name=name, thread=GROUP)


def is_user_id(name: str) -> bool:
    """A BSUID, which may stand where a phone number is expected."""
    return "." in name and _BSUID.fullmatch(name) is not None


def _address(ids: Sequence[str], phones: Sequence[str], moved_to: tuple[str, ...]) -> str:
    """A phone number where one is known: `to` wins over `recipient`."""
    for name in moved_to:
        if name in phones:
            return name
    return (phones or moved_to or ids)[0]
