"""A turn that has killed five workers: a person gets it, and its customer is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import conversation_pb2, turn_pb2

from tests.tickets.builders import a_begun_delivery, a_claimed_turn, a_message

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def claim(mesh: Api) -> list[turn_pb2.ClaimedTurn]:
    request = turn_pb2.ClaimTurnsRequest(worker="w", free_slots=8)
    return list((await mesh.turns.ClaimTurns(request)).turns)


async def let_leases_end(root: asyncpg.Connection) -> None:
    await root.execute("UPDATE conv_queue SET lease_until = now() - interval '1 second'")


async def test_the_sixth_claim_finds_a_dead_turn_and_a_person(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    for _ in range(5):
        await a_claimed_turn(mesh)
        await let_leases_end(root)

    assert await claim(mesh) == []

    assert await root.fetchval("SELECT state FROM turns") == "dead"
    assert await root.fetchval("SELECT cause FROM tickets") == "failed_turn"
    assert await root.fetchval("SELECT holder FROM conversations") == "queued"


async def test_the_customer_of_a_dead_turn_is_told(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    await root.execute("UPDATE conversations SET language = 'de'")
    await root.execute("UPDATE conv_queue SET attempts = 5")

    assert await claim(mesh) == []

    _, begun = await a_begun_delivery(mesh)
    assert "Mensch antwortet" in begun.text


async def test_a_dead_turn_is_silent_where_a_person_holds_the_conversation(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    stored = await a_message(mesh, channel)
    await admin.conversations.TakeOver(
        conversation_pb2.TakeOverRequest(conversation_id=stored.conversation_id)
    )
    await root.execute("UPDATE conv_queue SET attempts = 5")

    assert await claim(mesh) == []

    assert await root.fetchval("SELECT state FROM turns") == "dead"
    assert await root.fetchval("SELECT count(*) FROM deliveries") == 0
