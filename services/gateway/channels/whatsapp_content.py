"""What a WhatsApp message says, by its type (Meta, "Messages webhook reference")."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.gateway.channels.channel import Attachment
from services.gateway.channels.tolerant import (
    ABSENT,
    Layer,
    Loose,
    Raw,
    is_there,
    plain_object,
    point,
    read,
    text_of,
    told,
)
from services.gateway.channels.whatsapp_cards import cards_of, line_of

UNSUPPORTED = "unsupported"


class Content(msgspec.Struct, frozen=True, gc=False):
    """The part of a message that depends on its type."""

    kind: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    payload: str = ""
    data: Mapping[str, Any] | None = None
    refers_to: str = ""  # the message that a reaction is about
    names: tuple[str, ...] = ()  # what the customer is called from now on


class Item(Layer):
    """One entry of `messages` or `message_echoes`; each type's own object is read later."""

    id: Loose = None
    sender: Loose = msgspec.field(name="from", default=None)
    from_user_id: Loose = None
    from_parent_user_id: Loose = None
    to: Loose = None
    to_user_id: Loose = None
    group_id: Loose = None
    timestamp: Loose = None
    type: Loose = None
    errors: Raw = ABSENT
    context: Raw = ABSENT
    referral: Raw = ABSENT
    text: Raw = ABSENT
    image: Raw = ABSENT
    video: Raw = ABSENT
    document: Raw = ABSENT
    audio: Raw = ABSENT
    sticker: Raw = ABSENT
    location: Raw = ABSENT
    contacts: Raw = ABSENT
    order: Raw = ABSENT
    button: Raw = ABSENT
    interactive: Raw = ABSENT
    reaction: Raw = ABSENT
    system: Raw = ABSENT
    edit: Raw = ABSENT
    revoke: Raw = ABSENT


class _Text(Layer):
    body: str | None = None


class _Media(Layer):
    id: Loose = None
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None


class _Button(Layer):
    text: str | None = None
    payload: Loose = None


class _Choice(Layer):
    id: Loose = None
    title: str | None = None
    name: str | None = None
    body: str | None = None
    response_json: Raw = ABSENT


class _Interactive(Layer):
    type: str | None = None
    button_reply: _Choice | None = None
    list_reply: _Choice | None = None
    nfm_reply: _Choice | None = None


class _Location(Layer):
    latitude: Loose = None
    longitude: Loose = None
    name: str | None = None
    address: str | None = None
    url: str | None = None


class _Product(Layer):
    product_retailer_id: Loose = None
    quantity: Loose = None
    item_price: Loose = None
    currency: Loose = None


class _Order(Layer):
    catalog_id: Loose = None
    text: str | None = None
    product_items: list[_Product] | None = None


class _Reaction(Layer):
    message_id: Loose = None
    emoji: str | None = None


class _System(Layer):
    body: str | None = None
    wa_id: Loose = None
    new_wa_id: Loose = None
    user_id: Loose = None


_TEXT = msgspec.json.Decoder(_Text)
_MEDIA = msgspec.json.Decoder(_Media)
_BUTTON = msgspec.json.Decoder(_Button)
_INTERACTIVE = msgspec.json.Decoder(_Interactive)
_LOCATION = msgspec.json.Decoder(_Location)
_ORDER = msgspec.json.Decoder(_Order)
_REACTION = msgspec.json.Decoder(_Reaction)
_SYSTEM = msgspec.json.Decoder(_System)
_STRING = msgspec.json.Decoder(str)


def content_of(item: Item) -> Content:
    """Never fails: a type we cannot use is `unsupported`, because a person did write."""
    content = _READERS.get(_type_of(item), _unsupported)(item)
    return content or _unsupported(item)


def _type_of(item: Item) -> str:
    """As it says; else what it holds: some examples in Meta's own pages have no type."""
    if item.type is not None:
        return text_of(item.type)
    return next((name for name in _READERS if is_there(getattr(item, name, ABSENT))), "")


def _unsupported(_: Item) -> Content:
    return Content(UNSUPPORTED)


def _text(item: Item) -> Content | None:
    found = read(_TEXT, item.text)
    return Content("text", found.body) if found and found.body is not None else None


def _media(item: Item) -> Content | None:
    found = read(_MEDIA, getattr(item, _type_of(item)))
    if found is None:
        return None
    attachment = Attachment(
        # Beside `errors` the file cannot be had, although an id may be there.
        provider_id="" if is_there(item.errors) else text_of(found.id),
        mime_type=found.mime_type or "",
        file_name=found.filename or "",
        sha256=found.sha256 or "",
    )
    return Content("media", found.caption or "", (attachment,))


def _button(item: Item) -> Content | None:
    found = read(_BUTTON, item.button)
    return _chosen(found.text, found.payload) if found else None


def _interactive(item: Item) -> Content | None:
    found = read(_INTERACTIVE, item.interactive)
    if found is None:
        return None
    if found.type in {"call_permission_reply", "payment_method"}:
        return Content(found.type)
    if found.nfm_reply is not None:
        return _form(found.nfm_reply)
    choice = found.button_reply or found.list_reply
    return _chosen(choice.title, choice.id) if choice else None


def _chosen(title: str | None, payload: Loose) -> Content | None:
    """What stood on it; else what it carries, which is all that was said."""
    said = title or text_of(payload)
    return Content("choice", said, payload=text_of(payload)) if said else None


def _form(reply: _Choice) -> Content:
    """A filled-in form. `response_json` is JSON inside a string, and sometimes it is not JSON."""
    said = read(_STRING, reply.response_json)
    if said is None:
        said = bytes(reply.response_json).decode("utf-8", "replace")
    return Content("form", said, payload=reply.name or "", data=plain_object(said))


def _location(item: Item) -> Content | None:
    found = read(_LOCATION, item.location)
    if found is None:
        return None
    words = (found.name, found.address, point(found.latitude, found.longitude))
    said = " · ".join(filter(None, words))
    return Content("location", said, data=told(found)) if said else None


def _contacts(item: Item) -> Content | None:
    cards = cards_of(item.contacts)
    if not cards:
        return None
    lines = "\n".join(map(line_of, cards))
    return Content("contacts", lines, data={"contacts": [*map(told, cards)]})


def _order(item: Item) -> Content | None:
    order = read(_ORDER, item.order)
    if order is None:
        return None
    lines = [
        f"{text_of(product.quantity)} x {text_of(product.product_retailer_id)}"
        for product in order.product_items or ()
    ]
    return Content("order", "\n".join(filter(None, (order.text, *lines))), data=told(order))


def _reaction(item: Item) -> Content | None:
    found = read(_REACTION, item.reaction)
    if found is None:
        return None
    return Content("reaction", found.emoji or "", refers_to=text_of(found.message_id))


def _welcome(_: Item) -> Content:
    """Somebody opened the chat and has said nothing yet ("Conversational components", Meta)."""
    return Content("request_welcome")


def _system(item: Item) -> Content | None:
    found = read(_SYSTEM, item.system) or _System()
    names = (text_of(found.user_id), text_of(found.wa_id), text_of(found.new_wa_id))
    return Content("system", found.body or "", names=tuple(filter(None, names)))


_READERS: dict[str, Callable[[Item], Content | None]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "document": _media,
    "audio": _media,
    "sticker": _media,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "reaction": _reaction,
    "system": _system,
    "request_welcome": _welcome,
}
