"""A message as the Cloud API takes it (Meta, "Send messages", "Interactive messages")."""

import re
from typing import Any

from mesh.markup import Span, spans
from services.gateway.channels.channel import Outbound
from services.gateway.channels.content import Choices, MediaLink, OutboundContent, Place, Template
from services.gateway.channels.whatsapp_people import GROUP, is_user_id

TEXT_LIMIT = 4096
_CAPTION_LIMIT = 1024
_BUTTONS_MOST = 3
_QUESTION_LIMIT = 1024
_LIST_LABEL = "…"
_MARKS = {"bold": "*", "italic": "_", "strike": "~", "code": "```", "pre": "```"}
_BLANK = re.compile(r"\s+")


def payload_of(message: Outbound) -> dict[str, Any]:
    """The attempt's token rides along and comes back in the statuses."""
    payload: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "group" if message.thread == GROUP else "individual",
        "recipient" if is_user_id(message.address) else "to": message.address,
        "biz_opaque_callback_data": message.token,
        **_body(message),
    }
    if message.reply_to and not isinstance(message.content, Template):
        payload["context"] = {"message_id": message.reply_to}
    return payload


def presence_of(message_id: str) -> dict[str, Any]:
    """Read, up to and with this message, and writing: for 25 s or until something is sent."""
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message_id,
        "typing_indicator": {"type": "text"},
    }


def marked(text: str) -> str:
    """Markdown in WhatsApp's own marks; a link shows its address."""
    pieces, at = [], 0
    for span in spans(text):
        pieces += [text[at : span.start], _span(span)]
        at = span.end
    return "".join((*pieces, text[at:]))


def _span(span: Span) -> str:
    if span.kind == "link":
        return span.url if span.inner == span.url else f"{span.inner} ({span.url})"
    mark = _MARKS[span.kind]
    return f"{mark}{span.inner.strip('*_') if span.kind == 'bold' else span.inner}{mark}"


def _body(message: Outbound) -> dict[str, Any]:
    text, content = marked(message.text), message.content
    has_buttons = isinstance(content, Choices) and len(content.choices) <= _BUTTONS_MOST
    most = _QUESTION_LIMIT if has_buttons else TEXT_LIMIT
    # Marks of ours may make it longer than what was split; then it goes as it was written.
    text = text if len(text) <= most else message.text[:most]
    if message.thread == GROUP:
        # Groups take words, files and templates ("Group messaging", Meta, 21 May 2026).
        text, content = _as_words(text, content)
    return _content(text, content)


def _as_words(text: str, content: OutboundContent | None) -> tuple[str, OutboundContent | None]:
    """What a group cannot be shown is said."""
    match content:
        case Choices():
            lines = (f"- {choice.title}" for choice in content.choices)
        case Place():
            place = f"{content.latitude}, {content.longitude}"
            lines = (word for word in (content.name, content.address, place) if word)
        case _:
            return text, content
    return "\n".join((text, *lines)).strip()[:TEXT_LIMIT], None


def _content(text: str, content: OutboundContent | None) -> dict[str, Any]:
    match content:
        case Choices():
            return {"type": "interactive", "interactive": _interactive(text, content)}
        case Template():
            return {"type": "template", "template": _template(content)}
        case MediaLink():
            return {"type": content.kind, content.kind: _media(text, content)}
        case Place():
            place = {"latitude": content.latitude, "longitude": content.longitude}
            named = {"name": content.name, "address": content.address}
            said = {name: words for name, words in named.items() if words}
            return {"type": "location", "location": place | said}
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(text: str, content: Choices) -> dict[str, Any]:
    """Up to three are buttons, more are a list."""
    body = {"text": text}
    if len(content.choices) <= _BUTTONS_MOST:
        buttons = [
            {"type": "reply", "reply": {"id": choice.id, "title": choice.title}}
            for choice in content.choices
        ]
        return {"type": "button", "body": body, "action": {"buttons": buttons}}
    rows = [
        {"id": choice.id, "title": choice.title}
        | ({"description": choice.description} if choice.description else {})
        for choice in content.choices
    ]
    action = {"button": content.label or _LIST_LABEL, "sections": [{"rows": rows}]}
    return {"type": "list", "body": body, "action": action}


def _template(content: Template) -> dict[str, Any]:
    told: dict[str, Any] = {"name": content.name, "language": {"code": content.language}}
    if content.parameters:
        # Line breaks and runs of blanks in a parameter are error 132018.
        said = [{"type": "text", "text": _BLANK.sub(" ", each)} for each in content.parameters]
        told["components"] = [{"type": "body", "parameters": said}]
    return told


def _media(text: str, content: MediaLink) -> dict[str, Any]:
    """Audio has no caption; only a document has a name."""
    media = {"link": content.url}
    is_caption = text and content.kind != "audio" and text not in {content.url, content.file_name}
    if is_caption:
        media["caption"] = text[:_CAPTION_LIMIT]
    if content.kind == "document" and content.file_name:
        media["filename"] = content.file_name
    return media
