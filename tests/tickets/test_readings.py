"""Who may read everything is written down by reading: once in a while, in the tenant's own log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import inbox_pb2, media_pb2
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import NotFound
from tests.tickets.builders import a_dead_letter, a_key, a_message
from tests.tickets.test_audit import entries
from tests.tickets.test_media import a_photo, claim, store

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


async def look_at(api: Api, conversation_id: str) -> None:
    """By every door that shows one conversation, as a page of the console does at once."""
    said: Any = {"tenant_id": "acme", "conversation_id": conversation_id}
    await api.conversations.GetConversation(pb.GetConversationRequest(**said))
    await api.conversations.ListMessages(pb.ListMessagesRequest(**said))
    await api.conversations.GetBriefing(pb.GetBriefingRequest(**said))


async def readings(admin: Api) -> list[tuple[str, str]]:
    """Oldest first: what was done, to what."""
    ours = ("conversation.read", "conversations.listed", "attachment.read", "dead_letter.read")
    found = [(each.action, each.subject) for each in await entries(admin)]
    return [each for each in found[::-1] if each[0] in ours]


async def test_an_admin_who_opens_a_conversation_is_written_down_once_in_a_quarter_of_an_hour(
    mesh: Api, admin: Api, channel: Channel, clock: Clock
) -> None:
    first, second = [
        (await a_message(mesh, channel, "Hello?", who)).conversation_id for who in ("kim", "ann")
    ]

    for conversation_id in (first, first, second):
        await look_at(admin, conversation_id)
    clock.advance(minutes=14)
    await look_at(admin, first)
    assert await readings(admin) == [("conversation.read", each) for each in (first, second)]

    clock.advance(minutes=2)
    await look_at(admin, first)
    assert await readings(admin) == [("conversation.read", each) for each in (first, second, first)]


async def test_two_admins_are_written_down_each_and_so_is_the_platform(
    mesh: Api, admin: Api, platform: Api, channel: Channel, door: Door
) -> None:
    other = await door.with_key(await a_key(platform))
    conversation_id = (await a_message(mesh, channel)).conversation_id

    for reader in (admin, other, platform):
        await look_at(reader, conversation_id)

    found = await entries(admin, action="conversation.read")
    assert {each.subject for each in found} == {conversation_id}
    assert [found[0].actor, len({each.actor for each in found})] == ["platform platform", 3]


async def test_who_reads_for_work_leaves_nothing_and_neither_do_services(
    mesh: Api, admin: Api, platform: Api, channel: Channel, door: Door
) -> None:
    roles = (caller_pb2.CALLER_AGENT, caller_pb2.CALLER_VIEWER)
    readers = [await door.with_key(await a_key(platform, role=role)) for role in roles]
    conversation_id = (await a_message(mesh, channel)).conversation_id

    for each in (*readers, mesh):
        await look_at(each, conversation_id)
        await each.conversations.ListConversations(pb.ListConversationsRequest(tenant_id="acme"))

    assert await readings(admin) == []


async def test_a_list_of_conversations_is_one_entry_however_many_it_shows(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    for who in ("kim", "ann", "bob"):
        await a_message(mesh, channel, "Hello?", who)

    for words in ("", "hello", "parcel"):
        await admin.conversations.ListConversations(pb.ListConversationsRequest(q=words))

    assert await readings(admin) == [("conversations.listed", "acme")]


async def test_files_and_letters_are_read_as_openly(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_photo(mesh, channel)
    (job,) = await claim(mesh)
    await store(mesh, job, b"a", b"b")
    letter_id = await a_dead_letter(mesh, channel, b"x")

    for offset in (0, 1):
        request = media_pb2.GetMediaRequest(message_id=job.message_id, position=1, offset=offset)
        await admin.media.GetMedia(request)
    await admin.inbox.GetDeadLetter(inbox_pb2.GetDeadLetterRequest(dead_letter_id=letter_id))

    assert await readings(admin) == [
        ("attachment.read", job.message_id),
        ("dead_letter.read", letter_id),
    ]


async def test_what_is_not_there_was_not_read(admin: Api) -> None:
    with pytest.raises(NotFound):
        await look_at(admin, str(uuid.uuid4()))

    assert await readings(admin) == []
