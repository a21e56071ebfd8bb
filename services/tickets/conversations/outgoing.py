"""What a person sends: words, and what goes with them; checked before it is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cassava.tickets.v1 import conversation_pb2 as pb

from mesh.errors import InvalidInput
from mesh.parts import parts_of, units

if TYPE_CHECKING:
    from collections.abc import Sequence

# WhatsApp, "Interactive messages" and "Media messages"; Telegram, "InlineKeyboardButton", captions.
_LONGEST_QUESTION = {"buttons": 1024, "list": 4096}
_LONGEST_CAPTION = 1024
_BUTTONS_MOST = 3
_BUTTON_TITLE_MOST = 20
_CALLBACK_BYTES_MOST = 64


class Outgoing(NamedTuple):
    """`parts` are delivered one by one; the content goes with the last."""

    text: str
    kind: str
    parts: Sequence[str]
    content_kind: str
    content: bytes | None


def outgoing(channel: str, text: str, content: pb.Content) -> Outgoing:
    """Raise `InvalidInput` for what the channel would refuse."""
    which = content.WhichOneof("kind")
    if which is None:
        if not text.strip():
            raise InvalidInput("a message needs words", field="text")
        return Outgoing(text, "text", parts_of(text), "", None)
    if which == "choices":
        _check_choices(channel, text, content.choices)
    if which == "media" and units(text) > _LONGEST_CAPTION:
        raise InvalidInput(f"a caption has at most {_LONGEST_CAPTION} characters", field="text")
    if which == "template" and channel != "whatsapp":
        raise InvalidInput("only WhatsApp has templates", field="content.template")
    said = text.strip() or _words(which, content)
    kind = {"media": "media", "place": "location"}.get(which, "text")
    return Outgoing(said, kind, [said], which, content.SerializeToString())


def _check_choices(channel: str, text: str, choices: pb.Choices) -> None:
    form = "buttons" if len(choices.choices) <= _BUTTONS_MOST else "list"
    if not text.strip():
        raise InvalidInput("choices need a question", field="text")
    if units(text) > _LONGEST_QUESTION[form]:
        most = _LONGEST_QUESTION[form]
        raise InvalidInput(f"a question with {form} has at most {most} characters", field="text")
    if len({choice.id for choice in choices.choices}) < len(choices.choices):
        raise InvalidInput("two choices have one id", field="content.choices")
    if form == "buttons" and len({c.title for c in choices.choices}) < len(choices.choices):
        raise InvalidInput("two buttons have one title", field="content.choices")
    for choice in choices.choices:
        if form == "buttons" and len(choice.title) > _BUTTON_TITLE_MOST:
            raise InvalidInput(
                f"a button's title has at most {_BUTTON_TITLE_MOST} characters",
                field="content.choices",
            )
        if channel == "telegram" and len(choice.id.encode()) > _CALLBACK_BYTES_MOST:
            raise InvalidInput(
                f"Telegram takes ids of at most {_CALLBACK_BYTES_MOST} bytes",
                field="content.choices",
            )


def _words(which: str, content: pb.Content) -> str:
    """How it reads where only words are shown."""
    if which == "template":
        return " · ".join((content.template.name, *content.template.parameters))
    if which == "place":
        place = content.place
        words = (place.name, place.address, f"{place.latitude:g}, {place.longitude:g}")
        return " · ".join(filter(None, words))
    return content.media.file_name or content.media.url
