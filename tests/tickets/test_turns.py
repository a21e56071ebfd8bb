"""TurnService: one worker at a time, one answer a turn; late drafts are dropped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2, turn_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

from mesh.errors import ChangedMeanwhile, NotFound
from tests.tickets.builders import a_bot_reply, a_claimed_turn, a_message, events_of

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

Completed = turn_pb2.CompleteTurnResponse


async def claim(mesh: Api, worker: str = "w", slots: int = 8) -> list[turn_pb2.ClaimedTurn]:
    request = turn_pb2.ClaimTurnsRequest(worker=worker, free_slots=slots)
    return list((await mesh.turns.ClaimTurns(request)).turns)


def a_completion(turn: turn_pb2.ClaimedTurn, **said: Any) -> turn_pb2.CompleteTurnRequest:
    request = turn_pb2.CompleteTurnRequest(
        tenant_id=turn.tenant_id,
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        fence=turn.fence,
        generation=turn.generation,
        classification=classification_pb2.Classification(
            intent="order_status", urgency=classification_pb2.URGENCY_NORMAL, language="en"
        ),
        outcome=outcome_pb2.Outcome(
            kind=outcome_pb2.OUTCOME_KIND_ANSWER, text="Today.", tier=outcome_pb2.TIER_KNOWLEDGE
        ),
        parts=["Today."],
    )
    for name, value in said.items():
        if name == "parts":
            del request.parts[:]
            request.parts.extend(value)
        else:
            getattr(request, name).CopyFrom(value)
    return request


def a_handover() -> outcome_pb2.Outcome:
    return outcome_pb2.Outcome(
        kind=outcome_pb2.OUTCOME_KIND_HANDOVER,
        text="A person takes over.",
        tier=outcome_pb2.TIER_TEMPLATE,
        handover_cause=outcome_pb2.HANDOVER_CAUSE_CUSTOMER_ASKS,
    )


async def let_leases_end(root: asyncpg.Connection) -> None:
    await root.execute("UPDATE conv_queue SET lease_until = now() - interval '1 second'")


async def test_of_many_workers_one_gets_a_conversation(mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)

    claims = await asyncio.gather(*(claim(mesh, f"w{n}") for n in range(8)))

    assert sum(len(turns) for turns in claims) == 1


async def test_a_claim_of_all_that_is_due_says_when_to_ask_again(
    mesh: Api, channel: Channel
) -> None:
    await a_message(mesh, channel, who="kim")
    await a_message(mesh, channel, who="ada")
    ask = turn_pb2.ClaimTurnsRequest(worker="w", free_slots=1)

    some = await mesh.turns.ClaimTurns(ask)
    ask.free_slots = 8
    rest = await mesh.turns.ClaimTurns(ask)

    assert (len(some.turns), some.HasField("next_due_in")) == (1, False)
    # When a lease of these ends, if nothing comes before.
    assert (len(rest.turns), rest.next_due_in.ToTimedelta().total_seconds() > 5) == (1, True)


async def test_a_turn_covers_all_that_waits_and_the_next_only_the_rest(
    mesh: Api, channel: Channel
) -> None:
    await a_message(mesh, channel, "One")
    await a_message(mesh, channel, "Two")

    turn = await a_claimed_turn(mesh)
    await mesh.turns.CompleteTurn(a_completion(turn))
    await a_message(mesh, channel, "Three")
    following = await a_claimed_turn(mesh)

    assert [message.text for message in turn.messages] == ["One", "Two"]
    assert [message.text for message in following.messages] == ["Three"]
    assert [message.text for message in following.earlier] == ["One", "Two", "Today."]
    assert (turn.to_sequence, following.from_sequence) == (2, 3)


async def test_a_successor_gets_the_turn_that_a_dead_worker_left_open(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    dead = await a_claimed_turn(mesh)
    await let_leases_end(root)

    successor = await a_claimed_turn(mesh)

    assert successor.turn_id == dead.turn_id
    assert successor.fence > dead.fence
    with pytest.raises(ChangedMeanwhile):
        await mesh.turns.CompleteTurn(a_completion(dead))
    with pytest.raises(ChangedMeanwhile):
        await mesh.turns.RenewTurn(
            turn_pb2.RenewTurnRequest(
                tenant_id=dead.tenant_id, conversation_id=dead.conversation_id, fence=dead.fence
            )
        )


async def test_a_repeated_completion_gets_the_first_answer_and_changes_nothing(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)

    first = await mesh.turns.CompleteTurn(a_completion(turn))
    again = await mesh.turns.CompleteTurn(a_completion(turn, parts=["Other words."]))

    assert again == first
    assert await root.fetchval("SELECT count(*) FROM deliveries") == 1


async def test_of_racing_completions_one_writes(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)

    await asyncio.gather(*(mesh.turns.CompleteTurn(a_completion(turn)) for _ in range(8)))

    assert await root.fetchval("SELECT count(*) FROM messages WHERE author = 'bot'") == 1
    assert await root.fetchval("SELECT count(*) FROM deliveries") == 1


async def test_a_newer_message_extends_the_turn_twice_and_then_waits(
    mesh: Api, channel: Channel
) -> None:
    await a_message(mesh, channel, "One")
    turn = await a_claimed_turn(mesh)
    statuses = []
    for text in ("Two", "Three", "Four"):
        await a_message(mesh, channel, text)
        response = await mesh.turns.CompleteTurn(a_completion(turn))
        statuses.append(Completed.Status.Name(response.status))
        turn = response.turn if response.HasField("turn") else turn

    assert statuses == ["STATUS_EXTENDED", "STATUS_EXTENDED", "STATUS_COMPLETED"]
    assert [message.text for message in turn.messages] == ["One", "Two", "Three"]
    assert [message.text for message in (await a_claimed_turn(mesh)).messages] == ["Four"]


async def test_a_reply_is_dropped_when_a_person_stepped_in(
    admin: Api, mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)
    request = conversation_pb2.TakeOverRequest(conversation_id=turn.conversation_id)
    await admin.conversations.TakeOver(request)

    response = await mesh.turns.CompleteTurn(a_completion(turn))

    assert response.status == Completed.STATUS_DISCARDED
    assert await root.fetchval("SELECT count(*) FROM deliveries") == 0
    assert await root.fetchval("SELECT intent FROM conversations") == "order_status"


async def test_a_handover_queues_the_conversation_and_opens_one_ticket(
    admin: Api, mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel, "I want a person")
    wish = turn_pb2.TicketWish(cause="customer_asks", priority=classification_pb2.URGENCY_HIGH)

    turn = await a_claimed_turn(mesh)
    response = await mesh.turns.CompleteTurn(
        a_completion(turn, outcome=a_handover(), ticket=wish, parts=["A person takes over."])
    )

    assert response.ticket.subject == "I want a person"
    assert response.ticket.number == 1
    due = response.ticket.first_response_due_time.ToDatetime()
    assert (due - turn.messages[0].create_time.ToDatetime()).total_seconds() == 3600
    assert await root.fetchval("SELECT holder FROM conversations") == "queued"
    types = [event.type for event in await events_of(mesh)]
    assert types.count("ticket.opened") == types.count("handover.requested") == 1


async def test_a_second_wish_raises_the_open_ticket(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    for priority in (classification_pb2.URGENCY_NORMAL, classification_pb2.URGENCY_CRITICAL):
        await a_message(mesh, channel)
        turn = await a_claimed_turn(mesh)
        wish = turn_pb2.TicketWish(cause="urgency", priority=priority)
        await mesh.turns.CompleteTurn(a_completion(turn, ticket=wish))

    rows = await root.fetch("SELECT priority FROM tickets")
    assert [row["priority"] for row in rows] == ["critical"]


async def test_the_first_record_of_a_step_counts(mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)

    outputs = []
    for output in (b"first", b"second"):
        request = turn_pb2.RecordStepRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            step="reply.v1",
            output=output,
        )
        outputs.append((await mesh.turns.RecordStep(request)).output)

    assert outputs == [b"first", b"first"]


async def test_a_released_turn_is_another_workers_at_once(mesh: Api, channel: Channel) -> None:
    await a_message(mesh, channel)
    turn = await a_claimed_turn(mesh)

    await mesh.turns.ReleaseTurn(
        turn_pb2.ReleaseTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            fence=turn.fence,
            at_once=True,
        )
    )

    assert (await a_claimed_turn(mesh)).turn_id == turn.turn_id


async def test_a_message_tells_which_turn_answered_it(mesh: Api, channel: Channel) -> None:
    stored = await a_message(mesh, channel)
    ask = turn_pb2.GetTurnByMessageRequest(tenant_id="acme", message_id=stored.message_id)
    with pytest.raises(NotFound):
        await mesh.turns.GetTurnByMessage(ask)

    await mesh.turns.CompleteTurn(a_completion(await a_claimed_turn(mesh)))

    told = await mesh.turns.GetTurnByMessage(ask)
    assert (told.done, told.reply.text, told.outcome.tier) == (
        True,
        "Today.",
        outcome_pb2.TIER_KNOWLEDGE,
    )


async def test_a_preview_holds_what_waits_and_leaves_the_turn_to_its_worker(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    first = await a_message(mesh, channel, "Where is it?")
    await a_bot_reply(mesh, "It arrives today.")
    await a_message(mesh, channel, "It did not.")
    request = turn_pb2.PreviewTurnRequest(tenant_id="acme", conversation_id=first.conversation_id)

    preview = await mesh.turns.PreviewTurn(request)

    assert [each.text for each in preview.turn.messages] == ["It did not."]
    assert [each.text for each in preview.turn.earlier] == ["Where is it?", "It arrives today."]
    assert preview.classification.intent == "shipping"
    assert [each.text for each in (await a_claimed_turn(mesh)).messages] == ["It did not."]
