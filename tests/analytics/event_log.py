"""An event log to write by hand, read the way the follower reads tickets'."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.tickets.v1 import event_pb2

from mesh.times import to_timestamp
from services.analytics.follower import Follower
from services.analytics.servicer import AnalyticsServicer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mesh.postgres import Pool

TENANT = "acme"
DAY = datetime(2026, 11, 24, tzinfo=UTC)
TABLES = (
    "conversations",
    "responses",
    "clocks",
    "ai_resolutions",
    "tallies",
    "rollups",
    "open_by_day",
)


def at(clock: str, day: datetime = DAY) -> datetime:
    """`09:00` or `09:00:03` of the day."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


class HandWrittenLog:
    """Numbers densely; pages as small as asked for, so that small logs have many."""

    def __init__(self, page_size: int = 500) -> None:
        self.epoch = "1"
        self.events: list[event_pb2.Event] = []
        self.first = 1  # what was before it is kept no longer
        self.is_surging = False
        self._page_size = page_size

    def add(
        self, type_: str, moment: datetime, conversation: str = "c1", ticket: str = "", **data: Any
    ) -> None:
        number = len(self.events) + 1
        event = event_pb2.Event(
            id=f"e{number}-{self.epoch}",
            sequence=number,
            epoch=self.epoch,
            tenant_id=TENANT,
            type=type_,
            occurred_at=to_timestamp(moment),
            conversation_id=conversation,
            ticket_id=ticket,
        )
        event.data.update(
            {key: value.isoformat() if isinstance(value, datetime) else value
             for key, value in data.items()}
        )  # fmt: skip
        self.events.append(event)

    def open(self, moment: datetime, conversation: str = "c1", **data: Any) -> None:
        said: dict[str, Any] = {"channel": "whatsapp", "channel_id": "w1", "customer_id": "anna"}
        said |= {"customer_time": moment} | data
        self.add("conversation.opened", moment, conversation, **said)

    def receive(self, moment: datetime, conversation: str = "c1", **data: Any) -> None:
        said: dict[str, Any] = {"message_id": f"in{len(self.events)}", "kind": "text"}
        said |= {"customer_time": moment} | data
        self.add("message.received", moment, conversation, **said)

    def reply(
        self, moment: datetime, message: str, conversation: str = "c1", outcome: str = "answer"
    ) -> None:
        """By the machine, and taken by the provider."""
        answer = outcome in ("answer", "ask")
        said: dict[str, Any] = {"message_id": message, "author": "bot", "answer": answer}
        tier = "knowledge" if answer else "template"
        self.add("message.queued", moment, conversation, outcome=outcome, tier=tier, **said)
        self.add("message.sent", moment, conversation, **said)

    def say(self, moment: datetime, message: str, conversation: str = "c1") -> None:
        """By a person, and taken by the provider."""
        said: dict[str, Any] = {"message_id": message, "author": "agent", "answer": True}
        self.add("message.queued", moment, conversation, outcome="answer", **said)
        self.add("message.sent", moment, conversation, **said)

    def label(self, moment: datetime, conversation: str = "c1", **data: Any) -> None:
        said: dict[str, Any] = {"messages": 1, "intent": "billing", "confidence": 0.9}
        said |= {"urgency": "normal", "sentiment": "neutral", "language": "en"}
        said |= {"out_of_scope": False, "outcome": "answer", "customer_time": moment} | data
        self.add("turn.completed", moment, conversation, **said)

    async def heads(self) -> event_pb2.ListStreamsResponse:
        stream = event_pb2.Stream(tenant_id=TENANT, head=len(self.events), surging=self.is_surging)
        return event_pb2.ListStreamsResponse(streams=[stream], epoch=self.epoch)

    async def page(self, tenant_id: str, after: int, size: int) -> event_pb2.ListEventsResponse:
        assert tenant_id == TENANT
        begin = max(after, self.first - 1)
        found = self.events[begin : begin + min(size, self._page_size)]
        return event_pb2.ListEventsResponse(
            events=found, head=len(self.events), epoch=self.epoch, first=self.first
        )


class NoBell:
    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109  # the bell's own
        """Rings at once."""


def idle(pool: Pool) -> Follower:
    """Of a log in which nothing happens."""
    return Follower(pool, HandWrittenLog(), NoBell())


class NoAudit:
    async def note(self, tenant_id: str, action: str, detail: str) -> None:
        """Nobody reads it."""


class FixedZone:
    def __init__(self, name: str) -> None:
        self._zone = ZoneInfo(name)

    async def zone_of(self, tenant_id: str) -> ZoneInfo:
        return self._zone


async def catch_up(pool: Pool, log: HandWrittenLog) -> Follower:
    follower = Follower(pool, log, NoBell())
    while await follower.follow_once():
        pass
    return follower


async def dashboard(
    pool: Pool, now: datetime, days: int = 1, zone: str = "UTC"
) -> pb.GetDashboardResponse:
    servicer = AnalyticsServicer(pool, FixedZone(zone), idle(pool), NoAudit(), lambda: now)
    request = pb.GetDashboardRequest(tenant_id=TENANT, days=days)
    return await servicer.GetDashboard(request, None)  # type: ignore[arg-type]  # reads nothing of it


async def dump(pool: Pool, tables: Iterable[str] = TABLES) -> str:
    """The live facts, byte for byte, whatever generation they are."""
    lines: list[str] = []
    async with pool.transaction(TENANT) as connection:
        for table in tables:
            rows = await connection.fetch(
                f"""
                SELECT (to_jsonb(t) - 'generation')::text AS line
                  FROM {table} t JOIN cursors USING (tenant_id, generation)
                 WHERE is_live ORDER BY 1
                """  # noqa: S608  # the names above
            )
            lines += [f"{table} {row['line']}" for row in rows]
    return "\n".join(lines)
