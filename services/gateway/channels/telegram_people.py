"""Who is behind a Telegram message, and where an answer goes."""

import msgspec

from services.gateway.channels.channel import Alias, Contact
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, is_there, text_of


class Party(Layer):
    """A user or a chat: what we use of them has the same names."""

    id: Loose = None
    type: str | None = None
    is_bot: bool | None = None
    is_forum: bool | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class _Topic(Layer):
    topic_id: Loose = None


class Speaker(Layer):
    """The fields of a message that say who speaks, and where."""

    sender: Party | None = msgspec.field(name="from", default=None)
    sender_chat: Party | None = None
    sender_business_bot: Raw = ABSENT
    chat: Party | None = None
    message_thread_id: Loose = None
    is_topic_message: bool | None = None
    business_connection_id: Loose = None
    direct_messages_topic: _Topic | None = None
    migrate_to_chat_id: Loose = None
    migrate_from_chat_id: Loose = None


def contact_of(message: Speaker) -> Contact:
    """The chat is whom we answer. A group that moves takes its old name along."""
    chat = message.chat or Party()
    moves = (message.migrate_from_chat_id, chat.id, message.migrate_to_chat_id)
    chats = dict.fromkeys(text_of(name) for name in moves if name is not None)
    aliases = [Alias("telegram_chat", name) for name in chats]
    if chat.username:
        aliases.append(Alias("username", chat.username))
    # What our side writes in a business chat does not make its owner the customer.
    sender = chat if is_our_side(message) else message.sender_chat or message.sender or chat
    words = (sender.title, sender.first_name, sender.last_name)
    return Contact(
        tuple(aliases),
        # Where the chat is from now on.
        address=text_of(
            chat.id if message.migrate_to_chat_id is None else message.migrate_to_chat_id
        ),
        name=" ".join(filter(None, words)),
        thread=_thread(message, chat),
        locale=sender.language_code or "",
    )


def _thread(message: Speaker, chat: Party) -> str:
    """Where in the chat: given back as it is when we answer.

    Replies in a group without topics carry a thread id as well; nothing can be sent to that one.
    """
    if message.business_connection_id is not None:
        return f"business:{text_of(message.business_connection_id)}"
    if message.direct_messages_topic and message.direct_messages_topic.topic_id is not None:
        return f"direct:{text_of(message.direct_messages_topic.topic_id)}"
    is_topic = message.is_topic_message or chat.is_forum
    if is_topic and message.message_thread_id is not None:
        return f"topic:{text_of(message.message_thread_id)}"
    return ""


def is_our_side(message: Speaker) -> bool:
    """In business mode the owner's own words and our own echo come back (CHANNELS 3.5)."""
    if message.business_connection_id is None:
        return False
    chat, sender = message.chat or Party(), message.sender or Party()
    is_owner = sender.id is not None and text_of(sender.id) != text_of(chat.id)
    return is_owner or is_our_echo(message)


def is_our_echo(message: Speaker) -> bool:
    """What the connected bot sent for its business, as everybody in the chat sees it: ours."""
    return is_there(message.sender_business_bot)


def is_another_bot(message: Speaker) -> bool:
    """An anonymous admin has a placeholder bot as sender, and counts as a person."""
    if is_our_side(message):
        return False
    return bool(message.sender and message.sender.is_bot and message.sender_chat is None)
