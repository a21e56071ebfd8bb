"""What is promised in a test: policies, calendars, and cases with clocks."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import conversation_pb2, inbox_pb2, turn_pb2
from cassava.tickets.v1 import sla_pb2 as pb
from cassava.type.v1 import outcome_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from tests.tickets.builders import (
    events_of,
)
from tests.tickets.desk import a_conversation, take_over, tickets
from tests.tickets.people import TENANT

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel
    from cassava.tickets.v1.event_pb2 import Event

    from tests.tickets.api import Api


FIRST, NEXT = pb.CLOCK_KIND_FIRST_RESPONSE, pb.CLOCK_KIND_NEXT_RESPONSE
RESOLUTION = pb.CLOCK_KIND_RESOLUTION
KEEP_OPEN = conversation_pb2.PostMessageRequest.THEN_KEEP_OPEN
State = pb.Clock


def a_target(kind: pb.ClockKind.ValueType, seconds: float, **said: Any) -> pb.Target:
    """The same for every urgency."""
    span = Duration()
    span.FromTimedelta(timedelta(seconds=seconds))
    return pb.Target(kind=kind, low=span, normal=span, high=span, critical=span, **said)


async def a_policy(admin: Api, *targets: pb.Target, **said: Any) -> pb.SlaPolicy:
    request = pb.CreateSlaPolicyRequest(
        tenant_id=TENANT, policy=pb.SlaPolicy(name="Gold", targets=targets, **said)
    )
    return (await admin.sla.CreateSlaPolicy(request)).policy


async def all_promised(admin: Api, **said: Any) -> pb.SlaPolicy:
    """Half an hour, an hour, four hours."""
    targets = a_target(FIRST, 1800), a_target(NEXT, 3600), a_target(RESOLUTION, 14_400)
    return await a_policy(admin, *targets, **said)


async def a_calendar(admin: Api, *frames: tuple[str, str], **said: Any) -> pb.Calendar:
    """The same frames every day."""
    hours = [pb.TimeFrame(start=start, end=end) for start, end in frames]
    weekly = [pb.WeekdayHours(weekday=day, frames=hours) for day in range(1, 8)]  # type: ignore[arg-type]  # Monday to Sunday
    given = {"time_zone": "Europe/Berlin", "weekly": weekly} | said
    calendar = pb.Calendar(name="Office", **given)
    request = pb.CreateCalendarRequest(tenant_id=TENANT, calendar=calendar)
    return (await admin.sla.CreateCalendar(request)).calendar


async def clocks(admin: Api) -> dict[int, pb.Clock]:
    """Of the only case, by kind; the newest of each."""
    (ticket,) = await tickets(admin)
    listed = await admin.sla.ListClocks(pb.ListClocksRequest(ticket_id=ticket.id))
    return {clock.kind: clock for clock in listed.clocks}


async def a_case(mesh: Api, admin: Api, channel: Channel, text: str = "Help!") -> str:
    """Somebody wrote and a person took it over; the conversation."""
    conversation_id = await a_conversation(mesh, channel, text)
    await take_over(admin, conversation_id)
    return conversation_id


async def an_old_message(mesh: Api, channel: Channel, **ago: float) -> str:
    """The provider held it back that long; the conversation."""
    written = Timestamp()
    written.FromDatetime(datetime.now(UTC) - timedelta(**ago))
    arrival = inbox_pb2.Arrival(
        contact=inbox_pb2.Contact(
            aliases=[inbox_pb2.ContactAlias(kind="customer_id", value="kim")], reply_address="kim"
        ),
        kind=conversation_pb2.MESSAGE_KIND_TEXT,
        text=b"Hello?",
        provider_time=written,
    )
    item = inbox_pb2.InboundItem(
        tenant_id=TENANT, account_id=channel.id, key=f"cw:{uuid.uuid4()}", arrival=arrival
    )
    accepted = await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))
    return accepted.results[0].conversation_id


async def told(mesh: Api, kind: str, count: int = 1) -> list[Event]:
    """As soon as so many of them are in the log."""
    for _ in range(50):
        found = await events_of(mesh, kind)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{kind} was not told")


async def end_turns(mesh: Api) -> None:
    """The machine has nothing to say while a person holds it."""
    while (
        claimed := await mesh.turns.ClaimTurns(turn_pb2.ClaimTurnsRequest(worker="w", free_slots=1))
    ).turns:
        turn = claimed.turns[0]
        await mesh.turns.CompleteTurn(
            turn_pb2.CompleteTurnRequest(
                tenant_id=turn.tenant_id,
                conversation_id=turn.conversation_id,
                turn_id=turn.turn_id,
                fence=turn.fence,
                generation=turn.generation,
                outcome=outcome_pb2.Outcome(kind=outcome_pb2.OUTCOME_KIND_SILENCE),
            )
        )
