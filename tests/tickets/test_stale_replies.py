"""Between a draft and its first byte: what has become old or false is not sent any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2, delivery_pb2, turn_pb2
from cassava.type.v1 import outcome_pb2

from mesh.errors import ChangedMeanwhile
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_claimed_turn,
    a_message,
    events_of,
    finish,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def an_old_draft(mesh: Api, channel: Channel, root: asyncpg.Connection) -> None:
    """An answer of two parts, written some time ago."""
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)
    await mesh.turns.CompleteTurn(
        turn_pb2.CompleteTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            outcome=outcome_pb2.Outcome(
                kind=outcome_pb2.OUTCOME_KIND_ANSWER,
                text="One. Two.",
                tier=outcome_pb2.TIER_KNOWLEDGE,
            ),
            parts=["One.", "Two."],
        )
    )
    await root.execute("UPDATE deliveries SET created_at = now() - interval '20 seconds'")


async def states(root: asyncpg.Connection) -> list[tuple[str, str]]:
    rows = await root.fetch("SELECT state, reason FROM deliveries ORDER BY out_seq")
    return [(row["state"], row["reason"]) for row in rows]


async def test_a_waiting_draft_gives_way_to_a_newer_question(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_old_draft(mesh, channel, root)
    await a_message(mesh, channel, "And how much is it?")

    with pytest.raises(ChangedMeanwhile, match="superseded"):
        await a_begun_delivery(mesh)

    assert await states(root) == [("cancelled", "superseded")] * 2
    next_turn = await a_claimed_turn(mesh)
    drafted = [message for message in next_turn.earlier if message.text == "One. Two."]
    assert [m.state for m in drafted] == [conversation_pb2.MESSAGE_STATE_CANCELLED]


async def test_a_fresh_draft_is_sent_beside_a_newer_question(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)
    await a_message(mesh, channel, "And how much is it?")

    await a_begun_delivery(mesh)


async def test_an_answer_that_has_begun_to_arrive_arrives_whole(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_old_draft(mesh, channel, root)
    first, _ = await a_begun_delivery(mesh)
    await finish(mesh, first)
    await a_message(mesh, channel, "And how much is it?")

    _, begun = await a_begun_delivery(mesh)

    assert begun.text == "Two."


async def test_a_draft_is_sent_when_the_next_turn_counts_on_it(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_old_draft(mesh, channel, root)
    await a_message(mesh, channel, "And how much is it?")
    await a_claimed_turn(mesh)

    await a_begun_delivery(mesh)


async def test_an_answer_too_old_to_send_becomes_a_case_for_a_person(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await an_old_draft(mesh, channel, root)
    await root.execute("UPDATE deliveries SET created_at = now() - interval '31 minutes'")

    with pytest.raises(ChangedMeanwhile, match="expired"):
        await a_begun_delivery(mesh)

    assert await states(root) == [("cancelled", "expired")] * 2
    assert await root.fetchval("SELECT cause FROM tickets") == "undelivered"
    assert [e.data["reason"] for e in await events_of(mesh, "message.failed")] == ["expired"]


async def test_an_answer_that_the_provider_refuses_becomes_a_case_for_a_person(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)
    delivery, _ = await a_begun_delivery(mesh)

    await finish(mesh, delivery, delivery_pb2.DELIVERY_OUTCOME_REFUSED, reason="131047")

    assert await root.fetchval("SELECT cause FROM tickets") == "undelivered"
    assert [e.data["reason"] for e in await events_of(mesh, "message.failed")] == ["131047"]


async def test_a_persons_words_wait_a_day_and_no_longer(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    stored = await a_message(mesh, channel)
    for text in ("Yesterday.", "Today."):
        await admin.conversations.PostMessage(
            conversation_pb2.PostMessageRequest(conversation_id=stored.conversation_id, text=text)
        )
    await root.execute(
        "UPDATE deliveries SET created_at = now() - interval '25 hours' WHERE out_seq = 1"
    )

    with pytest.raises(ChangedMeanwhile, match="expired"):
        await a_begun_delivery(mesh)

    _, begun = await a_begun_delivery(mesh)
    assert begun.text == "Today."
