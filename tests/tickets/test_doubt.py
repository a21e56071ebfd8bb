"""What is perhaps sent: parked where nothing can tell, sent again only where evidence speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, delivery_pb2, inbox_pb2
from cassava.type.v1.channel_pb2 import CHANNEL_KIND_WHATSAPP
from prometheus_client import REGISTRY

from tests.tickets.builders import (
    a_begun_delivery,
    a_channel,
    events_of,
    finish,
)
from tests.tickets.doubts import (
    a_doubt,
    a_part_on_its_way,
    actions,
    becomes,
    comes_back,
    state_of,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

PERHAPS = delivery_pb2.DELIVERY_OUTCOME_PERHAPS_SENT


@pytest.fixture
async def whatsapp(admin: Api) -> Channel:
    """A number whose provider echoes our tokens."""
    secret = channel_pb2.Secret(kind=channel_pb2.SECRET_KIND_ACCESS_TOKEN, value="token")
    return await a_channel(admin, CHANNEL_KIND_WHATSAPP, external_id="1060", secrets=[secret])


def duplicates() -> float:
    return REGISTRY.get_sample_value("cassava_delivery_duplicates_total") or 0.0


async def test_an_overtaken_part_is_sent_again_as_its_next_attempt(
    mesh: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    for who in ("ada", "ben"):
        later = await a_part_on_its_way(mesh, whatsapp, who)
        await comes_back(mesh, whatsapp, later.token)

    assert await becomes(root, lost.token, "pending")

    _, again = await a_begun_delivery(mesh)
    assert (again.message_id, again.attempt) == (lost.message_id, 2)
    assert await actions(root) == ["delivery.resend"]


async def a_pass_of_the_sweeper(mesh: Api, channel: Channel, root: asyncpg.Connection) -> None:
    """Another doubt, on a channel that parks, has been decided together with the rest."""
    marker = (await a_part_on_its_way(mesh, channel, "marker")).token
    await root.execute(
        "UPDATE deliveries SET state = 'ambiguous', due_at = now() - interval '1 second'"
        " WHERE id = $1",
        marker.split(".")[1],
    )
    assert await becomes(root, marker, "parked")


async def test_silence_alone_is_no_evidence(
    mesh: Api, whatsapp: Channel, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    later = await a_part_on_its_way(mesh, whatsapp, "ada")
    await comes_back(mesh, whatsapp, later.token)

    await a_pass_of_the_sweeper(mesh, channel, root)

    assert await state_of(root, lost.token) == "ambiguous"


async def test_attempts_that_began_before_it_say_nothing(
    mesh: Api, whatsapp: Channel, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    for who in ("ada", "ben"):
        earlier = await a_part_on_its_way(mesh, whatsapp, who)
        await root.execute(
            "UPDATE delivery_attempts SET started_at = now() - interval '3 minutes'"
            " WHERE delivery_id = $1",
            earlier.token.split(".")[1],
        )
        await comes_back(mesh, whatsapp, earlier.token)

    await a_pass_of_the_sweeper(mesh, channel, root)

    assert await state_of(root, lost.token) == "ambiguous"


async def test_without_any_evidence_it_is_sent_once_more_at_last_and_then_parked(
    mesh: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    await root.execute("UPDATE delivery_attempts SET started_at = now() - interval '11 minutes'")
    await root.execute("UPDATE delivery_attempts SET outcome = 'perhaps_sent'")

    assert await becomes(root, lost.token, "pending")
    await a_begun_delivery(mesh)
    await root.execute(
        "UPDATE delivery_attempts SET outcome = 'crashed',"
        " started_at = now() - interval '11 minutes'"
    )
    await root.execute(
        "UPDATE deliveries SET state = 'ambiguous', due_at = now() - interval '1 second'"
    )

    assert await becomes(root, lost.token, "parked")
    assert await actions(root) == ["delivery.park", "delivery.resend_once"]


async def test_a_line_that_others_wait_in_is_not_held_for_evidence(
    mesh: Api, admin: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    conversation_id = await root.fetchval("SELECT id FROM conversations")
    await root.execute("UPDATE deliveries SET due_at = now() + interval '1 minute'")
    await admin.conversations.PostMessage(
        conversation_pb2.PostMessageRequest(conversation_id=str(conversation_id), text="Me now.")
    )
    await root.execute(
        "UPDATE deliveries SET state = 'ambiguous', due_at = now() - interval '1 second'"
        " WHERE author = 'bot'"
    )

    assert await becomes(root, lost.token, "parked")

    _, begun = await a_begun_delivery(mesh)
    assert begun.text == "Me now."


async def test_a_channel_without_echo_parks_and_people_are_told(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, channel, root)

    assert await becomes(root, lost.token, "parked")

    (failed,) = await events_of(mesh, "message.failed")
    assert failed.data["perhaps_sent"] is True


async def test_a_late_receipt_takes_a_parked_part_out_again(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, channel, root)
    assert await becomes(root, lost.token, "parked")

    await comes_back(mesh, channel, lost.token)

    assert await state_of(root, lost.token) == "sent"


async def test_a_sender_that_died_while_sending_leaves_a_doubt_and_no_second_copy(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    begun = await a_part_on_its_way(mesh, channel, "kim")
    await root.execute("UPDATE deliveries SET lease_until = now() - interval '1 second'")

    assert await becomes(root, begun.token, "ambiguous")

    assert await root.fetchval("SELECT outcome FROM delivery_attempts") == "crashed"


async def test_a_sandbox_is_never_in_doubt(mesh: Api, admin: Api, root: asyncpg.Connection) -> None:
    sandbox = await a_channel(admin, CHANNEL_KIND_WHATSAPP, external_id="1061", sandbox=True)
    begun = await a_part_on_its_way(mesh, sandbox, "kim")
    await root.execute("UPDATE deliveries SET lease_until = now() - interval '1 second'")

    assert await becomes(root, begun.token, "pending")


async def test_a_person_who_wrote_from_the_own_phone_gets_the_doubt_to_decide(
    mesh: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    lost = await a_doubt(mesh, whatsapp, root)
    item = inbox_pb2.InboundItem(
        tenant_id=whatsapp.tenant_id, account_id=whatsapp.id, key="wa:m:echo", raw=b"{}"
    )
    item.arrival.contact.aliases.add(kind="customer_id", value="kim")
    item.arrival.kind = conversation_pb2.MESSAGE_KIND_TEXT
    item.arrival.text = b"I take this one."
    item.arrival.from_business = True

    await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))

    assert await state_of(root, lost.token) == "parked"
    (failed,) = await events_of(mesh, "message.failed")
    assert failed.data["perhaps_sent"] is True


async def test_two_attempts_that_come_back_are_a_counted_duplicate(
    mesh: Api, whatsapp: Channel, root: asyncpg.Connection
) -> None:
    first = await a_part_on_its_way(mesh, whatsapp, "kim")
    await root.execute("UPDATE deliveries SET state = 'pending', due_at = now()")
    delivery, second = await a_begun_delivery(mesh)
    counted = duplicates()

    for token in (first.token, second.token, second.token):
        await comes_back(mesh, whatsapp, token)

    assert duplicates() == counted + 1
    assert await actions(root) == ["delivery.duplicate_detected"]
    assert await finish(mesh, delivery, PERHAPS) == "sent"


async def test_another_accounts_receipt_is_written_down(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    other = await a_channel(admin, external_id="other")
    begun = await a_part_on_its_way(mesh, channel, "kim")

    await comes_back(mesh, other, begun.token)

    assert await state_of(root, begun.token) == "sending"
    assert await actions(root) == ["delivery.foreign_receipt"]
