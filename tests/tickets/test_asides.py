"""What follows a message: edits, withdrawals, reactions, blocked bots, news of the account."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, delivery_pb2, inbox_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import ChangedMeanwhile
from tests.tickets.arrivals import accept, arriving, noting
from tests.tickets.builders import a_begun_delivery, a_bot_reply, a_claimed_turn, finish
from tests.tickets.desk import messages, post, read

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

WHO = "telegram_chat=7"
_BEGUN = int(time.time()) - 60


def at(seconds: int) -> Timestamp:
    return Timestamp(seconds=_BEGUN + seconds)


async def test_an_edit_changes_the_words_that_the_turn_reads(mesh: Api, channel: Channel) -> None:
    await accept(mesh, arriving(channel, WHO, key="tg:m:7:5", text="Were is it?"))
    await accept(mesh, arriving(channel, WHO, text="Where is it?", edits="tg:m:7:5"))

    turn = await a_claimed_turn(mesh)

    assert [message.text for message in turn.messages] == ["Where is it?"]


async def test_a_withdrawn_message_is_shown_without_its_words(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (said,) = await accept(mesh, arriving(channel, WHO, key="wa:m:1", text="My PIN is 1234"))
    await accept(mesh, arriving(channel, WHO, text="", edits="wa:m:1", withdraws=True))

    (shown,) = await messages(admin, said.conversation_id)

    assert (shown.text, shown.HasField("withdraw_time")) == ("", True)


async def test_an_edit_of_what_never_came_is_a_message(mesh: Api, channel: Channel) -> None:
    await accept(mesh, arriving(channel, WHO, text="Where?", edits="wa:m:lost"))

    assert [message.text for message in (await a_claimed_turn(mesh)).messages] == ["Where?"]


async def test_what_comes_after_its_edit_is_known_already(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    edit = arriving(channel, WHO, text="Where is it?", edits="wa:m:slow")
    await accept(mesh, edit, edit)

    late = inbox_pb2.AcceptRequest(items=[arriving(channel, WHO, key="wa:m:slow", text="Wher is")])
    (result,) = (await mesh.inbox.Accept(late)).results

    assert result.status == inbox_pb2.AcceptResult.STATUS_DUPLICATE
    rows = await root.fetch("SELECT body FROM messages WHERE author = 'customer'")
    assert [row["body"] for row in rows] == [b"Where is it?"]


async def test_of_two_edits_the_newer_counts_in_whatever_order_they_come(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, WHO, key="wa:m:1", text="Wher", provider_time=at(0)))
    for text, seconds in (("Where is my parcel?", 9), ("Where is", 5)):
        edit = arriving(channel, WHO, text=text, edits="wa:m:1", provider_time=at(seconds))
        await accept(mesh, edit)

    assert [m.text for m in (await a_claimed_turn(mesh)).messages] == ["Where is my parcel?"]
    rows = await root.fetch("SELECT body FROM message_revisions ORDER BY revision")
    assert [row["body"] for row in rows] == [b"Wher", b"Where is"]


async def test_an_edit_that_comes_with_its_message_at_once_is_not_lost(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    names = [f"telegram_chat={n}" for n in range(25)]
    said = [arriving(channel, name, key=f"wa:m:{name}", text=f"frist {name}") for name in names]
    meant = [arriving(channel, name, edits=f"wa:m:{name}", text=f"first {name}") for name in names]
    items = [item for pair in zip(said, meant, strict=True) for item in pair]

    await asyncio.gather(
        *(mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item])) for item in items)
    )

    rows = await root.fetch("SELECT body FROM messages")
    assert {row["body"].decode() for row in rows} == {f"first {name}" for name in names}


@pytest.mark.parametrize("is_ours", [False, True])
async def test_a_withdrawal_that_overtakes_its_message_holds_when_that_comes(
    mesh: Api, admin: Api, channel: Channel, *, is_ours: bool
) -> None:
    await accept(mesh, arriving(channel, WHO, text="", edits="wa:m:1", withdraws=True))
    (said,) = await accept(
        mesh, arriving(channel, WHO, key="wa:m:1", text="My PIN is 1234", from_business=is_ours)
    )

    (shown,) = await messages(admin, said.conversation_id)

    assert (shown.text, shown.HasField("withdraw_time")) == ("", True)


async def test_the_business_own_edit_is_never_a_customers_message(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, WHO, edits="wa:m:lost", from_business=True))

    assert [row["author"] for row in await root.fetch("SELECT author FROM messages")] == ["agent"]


async def test_our_own_message_is_withdrawn_when_it_was_deleted_for_both(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (said,) = await accept(mesh, arriving(channel, WHO))
    await a_bot_reply(mesh, "Your PIN is 1234.")
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, provider_message_id="9")
    other = arriving(channel, "telegram_chat=8", text="", edits="tg:m:8:9", withdraws=True)
    ours = arriving(channel, WHO, text="", edits="tg:m:7:9", withdraws=True)
    seen = []
    for deleted in (other, ours):  # message 9 of another chat is another message
        deleted.arrival.refers_to = "9"
        await accept(mesh, deleted)
        seen.append((await messages(admin, said.conversation_id))[-1])

    assert [(m.text, m.HasField("withdraw_time")) for m in seen] == [
        ("Your PIN is 1234.", False),
        ("", True),
    ]


@pytest.mark.parametrize("is_told", [False, True])
async def test_trap_10_our_own_echo_is_nobody_who_takes_over(
    mesh: Api, admin: Api, channel: Channel, *, is_told: bool
) -> None:
    """Before its send is answered as well as after."""
    (said,) = await accept(mesh, arriving(channel, WHO))
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    echo = arriving(channel, WHO, from_business=True, provider_message_id="9")
    echo.arrival.from_our_bot = not is_told
    if is_told:
        await finish(mesh, delivery, provider_message_id="9")

    await accept(mesh, echo)

    assert len(await messages(admin, said.conversation_id)) == 2
    assert (await read(admin, said.conversation_id)).holder == conversation_pb2.HOLDER_BOT


async def test_a_reaction_stands_on_our_message_until_it_is_taken_back(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (said,) = await accept(mesh, arriving(channel, WHO))
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, provider_message_id="out-1")
    seen = []
    for emoji in ("👍", ""):
        await accept(mesh, noting(channel, "reaction", WHO, text=emoji, refers_to="out-1"))
        seen.append((await messages(admin, said.conversation_id))[-1].reaction)

    assert seen == ["👍", ""]


async def test_trap_20_whoever_blocked_us_gets_nothing_until_they_come_back(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (said,) = await accept(mesh, arriving(channel, WHO))
    await accept(mesh, noting(channel, "membership", WHO, text="kicked"))
    assert (await read(admin, said.conversation_id)).unreachable

    await post(admin, said.conversation_id, "Are you there?")
    with pytest.raises(ChangedMeanwhile):
        await a_begun_delivery(mesh)
    sent = (await messages(admin, said.conversation_id))[-1]
    assert (sent.state, sent.failure) == (conversation_pb2.MESSAGE_STATE_FAILED, "blocked")

    await accept(mesh, noting(channel, "membership", WHO, text="member"))
    assert not (await read(admin, said.conversation_id)).unreachable


async def test_trap_20_a_send_that_found_us_blocked_is_remembered(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (said,) = await accept(mesh, arriving(channel, WHO))
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_REFUSED, reason="blocked")
    assert (await read(admin, said.conversation_id)).unreachable

    await accept(mesh, arriving(channel, WHO, text="I am back"))
    assert not (await read(admin, said.conversation_id)).unreachable


async def test_a_ban_is_shown_on_the_channel(mesh: Api, admin: Api, channel: Channel) -> None:
    await accept(mesh, noting(channel, "account_alert", text="account_update DISABLED_UPDATE"))

    request = channel_pb2.GetChannelRequest(tenant_id="acme", channel_id=channel.id)
    shown = (await admin.channels.GetChannel(request)).channel

    assert shown.alert == "account_update DISABLED_UPDATE"


async def test_trap_14_an_album_waits_for_its_other_files(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, WHO, text="Look", group="g"))
    await accept(mesh, arriving(channel, WHO, text="", group="g"))

    waits = await root.fetchval(
        "SELECT extract(epoch FROM due_at - enq_at)::float8 FROM conv_queue"
    )
    assert waits > 2.9


async def test_trap_14_a_late_file_of_an_answered_album_opens_a_turn_only_with_words(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, WHO, text="Look", group="g"))
    await root.execute("UPDATE conv_queue SET due_at = now()")
    await a_bot_reply(mesh)

    await accept(mesh, arriving(channel, WHO, text="", group="g"))

    assert await root.fetchval("SELECT count(*) FROM conv_queue") == 0
    assert await root.fetchval("SELECT count(*) FROM messages WHERE album = 'g'") == 2

    await accept(mesh, arriving(channel, WHO, text="And this?", group="g"))

    assert await root.fetchval("SELECT count(*) FROM conv_queue") == 1
