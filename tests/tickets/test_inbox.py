"""InboxService: stored once, in order, a word on each item."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2, inbox_pb2
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import InvalidInput, NotAllowed
from tests.tickets.builders import a_channel, a_claimed_turn, a_key, a_tenant, events_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door

Status = inbox_pb2.AcceptResult.Status


def an_item(
    channel: Channel, text: bytes = b"Hello?", who: str = "kim", **said: Any
) -> inbox_pb2.InboundItem:
    key = said.pop("key", None) or f"cw:{uuid.uuid4()}"
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=str(key),
        raw=b"{}",
        body_hash=said.pop("body_hash", b""),
        arrival=inbox_pb2.Arrival(
            contact=inbox_pb2.Contact(
                aliases=[inbox_pb2.ContactAlias(kind="customer_id", value=who)]
            ),
            kind=conversation_pb2.MESSAGE_KIND_TEXT,
            text=text,
        ),
    )
    for name, value in said.items():
        setattr(item.arrival, name, value)
    return item


async def accept(api: Api, *items: inbox_pb2.InboundItem) -> list[inbox_pb2.AcceptResult]:
    return list((await api.inbox.Accept(inbox_pb2.AcceptRequest(items=items))).results)


def names(results: list[inbox_pb2.AcceptResult]) -> list[str]:
    return [Status.Name(result.status).removeprefix("STATUS_") for result in results]


async def test_trap_03_fifty_copies_at_once_are_one_message(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    item = an_item(channel, key="wa:m:wamid.same")

    answers = await asyncio.gather(*(accept(mesh, item) for _ in range(50)))

    found = [names(results)[0] for results in answers]
    assert sorted(set(found)) == ["ACCEPTED", "DUPLICATE"]
    assert found.count("ACCEPTED") == 1
    assert len({results[0].message_id for results in answers}) == 1
    assert await root.fetchval("SELECT count(*) FROM messages") == 1


async def test_the_same_id_twice_in_one_batch_counts_once(mesh: Api, channel: Channel) -> None:
    item = an_item(channel, key="cw:twice")

    results = await accept(mesh, item, item)

    assert sorted(names(results)) == ["ACCEPTED", "DUPLICATE"]


async def test_another_body_under_the_same_id_is_a_conflict_and_written_down(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, an_item(channel, key="cw:1", body_hash=b"a" * 32))

    results = await accept(mesh, an_item(channel, key="cw:1", body_hash=b"b" * 32))

    assert names(results) == ["CONFLICT"]
    told = await root.fetch(
        "SELECT actor, subject FROM audit_log WHERE action = 'message.conflict'"
    )
    assert [(row["actor"], row["subject"]) for row in told] == [("mesh", channel.id)]


async def test_a_batch_keeps_its_order_within_a_conversation(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    texts = [f"message {n}".encode() for n in range(20)]

    await accept(mesh, *(an_item(channel, text) for text in texts))

    rows = await root.fetch("SELECT body, seq FROM messages ORDER BY seq")
    assert [row["body"] for row in rows] == texts
    assert [row["seq"] for row in rows] == list(range(1, 21))


async def test_shuffled_batches_at_once_leave_no_gap_and_no_deadlock(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    people = [f"person {n}" for n in range(6)]
    batches = [
        [an_item(channel, f"{n} {who}".encode(), who) for who in people[n % 6 :] + people[: n % 6]]
        for n in range(24)
    ]

    answers = await asyncio.gather(*(accept(mesh, *batch) for batch in batches))

    assert {name for results in answers for name in names(results)} == {"ACCEPTED"}
    rows = await root.fetch(
        "SELECT count(*) AS n, max(seq) AS last FROM messages GROUP BY conversation_id"
    )
    assert [(row["n"], row["last"]) for row in rows] == [(24, 24)] * 6


async def test_a_locked_conversation_does_not_hold_up_its_batch(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, an_item(channel, who="locked"))
    async with root.transaction():
        await root.execute("SELECT 1 FROM conversations FOR UPDATE")
        results = await accept(mesh, an_item(channel, who="locked"), an_item(channel, who="free"))

    assert names(results) == ["RETRY", "ACCEPTED"]
    assert names(await accept(mesh, an_item(channel, who="locked"))) == ["ACCEPTED"]


async def test_a_poisoned_item_becomes_a_dead_letter_and_its_siblings_are_stored(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    poisoned = an_item(channel, who="kim")
    poisoned.account_id = str(uuid.uuid4())  # no such account: a foreign key says so

    results = await accept(mesh, an_item(channel), poisoned, an_item(channel, who="sam"))

    assert names(results) == ["ACCEPTED", "DEAD_LETTER", "ACCEPTED"]
    assert await root.fetchval("SELECT count(*) FROM dead_letters") == 1


async def test_what_cannot_be_read_is_kept_as_bytes_once(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key="un:1",
        raw=b"\xff\x00 not json",
        unreadable=inbox_pb2.Unreadable(reason="not_json"),
    )

    first, again = await accept(mesh, item), await accept(mesh, item)

    assert names(first) == names(again) == ["DEAD_LETTER"]
    rows = await root.fetch("SELECT raw FROM dead_letters")
    assert [row["raw"] for row in rows] == [b"\xff\x00 not json"]


@pytest.mark.parametrize("text", [b"a\x00b", b"\xff\xfe", "\N{PILE OF POO}".encode() * 10_000])
async def test_any_bytes_are_a_message(
    mesh: Api, channel: Channel, root: asyncpg.Connection, text: bytes
) -> None:
    results = await accept(mesh, an_item(channel, text))

    assert names(results) == ["ACCEPTED"]
    assert await root.fetchval("SELECT body FROM messages") == text


async def test_a_foreign_account_never_writes_into_another_tenant(
    platform: Api, mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_tenant(platform, "other")
    foreign = an_item(channel)
    foreign.tenant_id = "other"

    results = await accept(mesh, foreign)

    assert names(results) == ["DEAD_LETTER"]
    assert await root.fetchval("SELECT count(*) FROM messages") == 0


async def test_an_edit_changes_what_the_unanswered_turn_says(mesh: Api, channel: Channel) -> None:
    await accept(mesh, an_item(channel, b"Where is ordr 5?", key="tg:m:1:1"))

    edit = an_item(channel, b"Where is order 5?", key="tg:e:1:1:9:x", edits="tg:m:1:1")
    results = await accept(mesh, edit)

    turn = await a_claimed_turn(mesh)
    assert names(results) == ["ACCEPTED"]
    assert [message.text for message in turn.messages] == ["Where is order 5?"]


async def test_an_edit_of_what_we_never_saw_is_a_message(mesh: Api, channel: Channel) -> None:
    results = await accept(mesh, an_item(channel, b"Hi", edits="tg:m:1:404"))

    assert names(results) == ["ACCEPTED"]
    assert [m.text for m in (await a_claimed_turn(mesh)).messages] == ["Hi"]


async def test_a_reaction_is_kept_and_opens_no_turn(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    results = await accept(mesh, an_item(channel, silent=True))

    assert names(results) == ["ACCEPTED"]
    assert await root.fetchval("SELECT count(*) FROM inbound_notes") == 1
    assert await root.fetchval("SELECT count(*) FROM conv_queue") == 0


async def test_what_the_business_wrote_itself_puts_a_person_in_charge(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, an_item(channel))

    await accept(mesh, an_item(channel, b"I take this one", from_business=True))

    assert await root.fetchval("SELECT holder FROM conversations") == "person"
    assert [e.type for e in await events_of(mesh, "handover")] == ["handover.accepted"]


async def test_an_archived_tenants_messages_are_dropped(
    platform: Api, mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await root.execute("UPDATE tenants SET state = 'archived'")

    assert names(await accept(mesh, an_item(channel))) == ["DROPPED"]


async def test_an_ingest_key_hands_in_for_its_own_tenant_only(
    platform: Api, channel: Channel, door: Door
) -> None:
    ingest = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_INGEST))
    foreign = an_item(channel)
    foreign.tenant_id = "other"

    assert names(await accept(ingest, an_item(channel))) == ["ACCEPTED"]
    with pytest.raises((InvalidInput, NotAllowed)):
        await accept(ingest, foreign)


async def test_an_item_without_an_account_says_which_field(mesh: Api, channel: Channel) -> None:
    item = an_item(channel)
    item.account_id = ""

    with pytest.raises(InvalidInput, match=r"items\[0\]"):
        await accept(mesh, item)


async def test_a_message_after_the_reopen_window_opens_a_new_conversation(
    admin: Api, mesh: Api, root: asyncpg.Connection
) -> None:
    channel = await a_channel(admin, external_id="another")
    first = await accept(mesh, an_item(channel))
    await root.execute("UPDATE conversations SET resolved_at = now() - interval '169 hours'")

    second = await accept(mesh, an_item(channel))

    assert first[0].conversation_id != second[0].conversation_id
    assert await root.fetchval("SELECT count(*) FROM conversations WHERE current") == 1
