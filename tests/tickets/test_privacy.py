"""PrivacyService: a copy of everything, and its deletion."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import (
    conversation_pb2,
    customer_pb2,
    delivery_pb2,
    inbox_pb2,
    turn_pb2,
)
from cassava.tickets.v1 import privacy_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import ChangedMeanwhile, MeshError, NotAllowed, NotFound
from services.tickets.privacy.erasure import names_somebody
from services.tickets.privacy.held import EVERYTHING
from tests.tickets.arrivals import accept, arriving
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_claimed_turn,
    a_key,
    finish,
)
from tests.tickets.privacy import (
    NAME,
    PEOPLE,
    PHONE,
    WORDS,
    a_story,
    accept_unread,
    ago,
    customers,
    erase,
    exported,
    forgotten,
    standing,
    the_customer,
    traces,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door

Status = inbox_pb2.AcceptResult.Status
# Of these the customer's rows are found by another way than a foreign key.
_ELSEWHERE = {"customers", "erasures"}


async def test_after_an_erasure_no_table_holds_a_word_or_a_name_of_the_customer(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_story(mesh, admin, channel)
    customer_id = await the_customer(admin)
    assert len(set(await traces(root, WORDS, PHONE, NAME))) > 10

    await erase(admin, customer_id)
    (claimed,) = await forgotten(mesh, corrections=2)
    done = await standing(admin, customer_id)

    assert await traces(root, WORDS, PHONE, NAME) == []
    assert done.state == pb.Erasure.STATE_DONE
    assert dict(done.removed) | {
        "messages": 3,
        "attachments": 1,
        "attachment_pieces": 1,
        "message_revisions": 1,
        "tickets": 1,
        "dead_letters": 1,
        "conversations": 1,
        "notes": 1,
        "aliases": 2,
        "conversation_tags": 1,
        "corrections": 2,
    } == dict(done.removed)
    assert (len(claimed.conversation_ids), len(claimed.text_hashes)) == (1, 1)


async def test_an_erased_customer_is_found_by_nobody_and_their_erasure_by_admins(
    mesh: Api, admin: Api, channel: Channel, platform: Api, door: Door
) -> None:
    await accept(mesh, arriving(channel, "wa_id=1"))
    customer_id = await the_customer(admin)
    agent = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_AGENT))

    with pytest.raises(NotAllowed):
        await erase(agent, customer_id)
    await erase(admin, customer_id)

    assert await customers(admin) == []
    with pytest.raises(NotFound):
        await exported(admin, customer_id)
    conversations = conversation_pb2.ListConversationsRequest()
    assert not (await admin.conversations.ListConversations(conversations)).conversations
    with pytest.raises(NotFound) as never:
        await standing(admin, str(uuid.uuid4()))
    assert never.value.reason == "ERASURE_NOT_FOUND"


async def test_a_repeated_erasure_is_the_same_one(mesh: Api, admin: Api, channel: Channel) -> None:
    await accept(mesh, arriving(channel, "wa_id=1"))
    customer_id = await the_customer(admin)

    await erase(admin, customer_id)
    await forgotten(mesh)
    repeated = await erase(admin, customer_id)

    assert repeated == await standing(admin, customer_id)
    assert repeated.removed["messages"] == 1
    assert await forgotten(mesh) == []


async def test_what_is_repeated_of_an_erased_customer_is_dropped_and_who_writes_anew_is_a_stranger(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection, clock: Clock
) -> None:
    old = await a_story(mesh, admin, channel)
    late = arriving(channel, f"wa_id={PHONE}", text=WORDS, provider_time=ago(minutes=1))
    echo = arriving(
        channel, f"wa_id={PHONE}", text=WORDS, provider_time=ago(minutes=1), from_business=True
    )
    customer_id = await the_customer(admin)
    await erase(admin, customer_id)
    await forgotten(mesh)

    request = inbox_pb2.AcceptRequest(items=[old, late, echo])
    for _ in range(2):
        repeats = (await mesh.inbox.Accept(request)).results
        assert {each.status for each in repeats} == {Status.STATUS_DROPPED}
    await accept_unread(mesh, channel)
    assert await traces(root, WORDS, PHONE) == []
    clock.advance(minutes=1)
    await accept(mesh, arriving(channel, f"wa_id={PHONE}", provider_time=ago(seconds=-1)))

    assert await the_customer(admin) != customer_id


async def test_a_message_without_a_time_is_known_by_its_key_after_the_erasure(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    item = arriving(channel, f"customer_id={PHONE}", key="cw:1", text=WORDS)
    await accept(mesh, item)
    await erase(admin, await the_customer(admin))
    await forgotten(mesh)

    (again,) = (await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))).results

    assert again.status == Status.STATUS_DUPLICATE
    assert await traces(root, WORDS, PHONE) == []


@pytest.mark.parametrize("by", ["the one who is left", "the one who was merged"])
async def test_who_was_merged_goes_with_whom_they_turned_out_to_be(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection, by: str
) -> None:
    await accept(
        mesh, arriving(channel, "wa_id=11111111", text=WORDS), arriving(channel, "wa_id=22222222")
    )
    kept, other = (customer.id for customer in await customers(admin))
    await admin.customers.MergeCustomers(
        customer_pb2.MergeCustomersRequest(customer_id=kept, other_customer_id=other)
    )

    await erase(admin, kept if by.endswith("left") else other)
    await forgotten(mesh)

    assert (await standing(admin, other)).removed["conversations"] == 2
    assert await traces(root, WORDS, *PEOPLE) == []


async def test_a_worker_in_the_middle_of_their_turn_comes_too_late_and_is_waited_for(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, "wa_id=1"))
    customer_id = await the_customer(admin)
    turn = await a_claimed_turn(mesh)

    await erase(admin, customer_id)
    step = turn_pb2.RecordStepRequest(
        tenant_id="acme",
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        fence=turn.fence,
        generation=turn.generation,
        step="classified",
        output=WORDS.encode(),
    )
    with pytest.raises(ChangedMeanwhile):
        await mesh.turns.RecordStep(step)
    with pytest.raises(MeshError):
        await mesh.turns.CompleteTurn(
            turn_pb2.CompleteTurnRequest(
                tenant_id="acme",
                conversation_id=turn.conversation_id,
                turn_id=turn.turn_id,
                fence=turn.fence,
                generation=turn.generation,
                parts=[WORDS],
            )
        )
    assert len(await forgotten(mesh)) == 1
    assert (await standing(admin, customer_id)).state == pb.Erasure.STATE_RUNNING
    await root.execute("UPDATE erasures SET settles_at = now(), due_at = now()")
    assert len(await forgotten(mesh)) == 1

    assert (await standing(admin, customer_id)).state == pb.Erasure.STATE_DONE


async def test_what_waits_is_never_sent_and_what_is_being_sent_leaves_nothing_behind(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    for who in ("1", "2"):
        await accept(mesh, arriving(channel, f"wa_id={who}"))
        await a_bot_reply(mesh, WORDS)
    sending, _ = await a_begun_delivery(mesh)
    waiting = await mesh.deliveries.ClaimDeliveries(
        delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=4)
    )
    for customer in (
        await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    ).customers:
        await erase(admin, customer.id)

    begin = delivery_pb2.BeginDeliveryRequest(
        tenant_id="acme",
        delivery_id=waiting.deliveries[0].delivery_id,
        fence=waiting.deliveries[0].fence,
    )
    with pytest.raises(MeshError):
        await mesh.deliveries.BeginDelivery(begin)
    with pytest.raises(MeshError):
        await finish(mesh, sending, provider_message_id=f"wamid.{PHONE}")
    assert await traces(root, WORDS, PHONE) == []


async def test_a_worker_whose_lease_ended_finishes_no_erasure(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, "wa_id=1"))
    customer_id = await the_customer(admin)
    await erase(admin, customer_id)
    late = (await mesh.privacy.ClaimErasures(pb.ClaimErasuresRequest(free_slots=1))).erasures[0]
    await root.execute("UPDATE erasures SET due_at = now()")
    await mesh.privacy.ClaimErasures(pb.ClaimErasuresRequest(free_slots=1))

    await mesh.privacy.FinishErasure(
        pb.FinishErasureRequest(tenant_id="acme", customer_id=customer_id, fence=late.fence)
    )

    assert (await standing(admin, customer_id)).state == pb.Erasure.STATE_RUNNING


async def test_no_table_that_belongs_to_a_conversation_or_customer_can_be_forgotten(
    root: asyncpg.Connection,
) -> None:
    tables = await root.fetch(
        """
        WITH RECURSIVE belongs(t) AS (
          SELECT 'tickets.customers'::regclass::oid
          UNION
          SELECT k.conrelid FROM pg_constraint k JOIN belongs b ON k.confrelid = b.t
           WHERE k.contype = 'f')
        SELECT relname FROM pg_class JOIN belongs ON oid = t
        """
    )

    held = {each.table for each in EVERYTHING}
    assert {row["relname"] for row in tables} - held - _ELSEWHERE == set()


@pytest.mark.parametrize(
    ("raw", "is_theirs"),
    [
        (b'{"from":"4915207779999"}', True),
        (b'{"chat":{"id":4915207779999}}', True),
        (b'{"chat":{"id":14915207779999}}', False),
        (b'{"from":"24915207779999"}', False),
        (b'{"count":7}', False),
        ('{"name":"zoë"}'.encode(), True),
        (b'{"name":"zo\\u00eb"}', True),
    ],
)
def test_a_letter_is_theirs_when_a_value_in_it_is_their_name(raw: bytes, is_theirs: bool) -> None:  # noqa: FBT001
    assert names_somebody(raw, ["4915207779999", "7", "zoë"]) is is_theirs
