"""Calendars, policies and clocks to the contract and back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cassava.tickets.v1 import sla_pb2 as pb
from cassava.type.v1 import channel_pb2, classification_pb2
from google.protobuf.duration_pb2 import Duration

from mesh.errors import InvalidInput
from mesh.hours import Calendar, Frame, Holiday
from mesh.times import from_duration, to_timestamp
from services.tickets.names import name_of, number_of
from services.tickets.sla.clock import Clock
from services.tickets.sla.policy import WARN_PERCENT, Escalation, Policy
from services.tickets.tickets.ticket import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from asyncpg import Record

M = TypeVar("M", pb.Calendar, pb.SlaPolicy)
CALENDAR_CHANGEABLE = frozenset({"name", "time_zone", "weekly", "holidays"})
POLICY_CHANGEABLE = frozenset(
    {
        *("name", "position", "channels", "intents", "urgencies", "customer_ids", "targets"),
        *("warn_percent", "answered_by", "on_breach"),
        *("on_breach.raise_priority", "on_breach.team_id", "on_breach.agent_id"),
    }
)


def calendar_to_proto(row: Record) -> pb.Calendar:
    return _identified(pb.Calendar.FromString(row["definition"]), row)


def policy_to_proto(row: Record) -> pb.SlaPolicy:
    return _identified(pb.SlaPolicy.FromString(row["definition"]), row)


def calendar_from_proto(said: pb.Calendar) -> Calendar:
    """Raise `InvalidInput` where a date or a zone is none."""
    weekly: list[list[Frame]] = [[] for _ in range(7)]
    for hours in said.weekly:
        weekly[hours.weekday - 1] += _frames(hours.frames)
    return Calendar(
        _zone(said.time_zone),
        tuple(tuple(frames) for frames in weekly),
        tuple(_holiday(n, holiday) for n, holiday in enumerate(said.holidays)),
    )


def calendar_from_row(row: Record) -> Calendar:
    return calendar_from_proto(pb.Calendar.FromString(row["definition"]))


def policy_from_row(row: Record) -> Policy:
    said = pb.SlaPolicy.FromString(row["definition"])
    return Policy(
        id=row["id"],
        name=said.name,
        position=said.position,
        channels=tuple(name_of(channel_pb2.ChannelKind, kind) for kind in said.channels),
        intents=tuple(said.intents),
        urgencies=tuple(name_of(classification_pb2.Urgency, each) for each in said.urgencies),
        customer_ids=tuple(said.customer_ids),
        targets={_kind(target): _targets(target) for target in said.targets},
        calendar_ids={
            _kind(target): UUID(target.calendar_id) for target in said.targets if target.calendar_id
        },
        warn_percent=said.warn_percent or WARN_PERCENT,
        for_anyone=said.answered_by == pb.SlaPolicy.ANSWERED_BY_ANYONE,
        on_breach=Escalation(
            said.on_breach.raise_priority,
            _optional_id(said.on_breach.team_id),
            _optional_id(said.on_breach.agent_id),
        ),
        version=row["version"],
        created_at=row["created_at"],
    )


def check_name(said: pb.Calendar | pb.SlaPolicy, what: str) -> None:
    """Raise where people would see none: `what` is its field."""
    if not said.name.strip():
        raise InvalidInput(f"a {what} needs a name", field=f"{what}.name")


def check_policy(said: pb.SlaPolicy) -> None:
    """Raise for a condition that nothing meets, and unless each kind of clock has one target.

    Of two, one would be forgotten in silence.
    """
    check_name(said, "policy")
    for conditions in ("channels", "intents", "urgencies"):
        for n, value in enumerate(getattr(said, conditions)):
            if not value:
                field = f"policy.{conditions}[{n}]"
                raise InvalidInput("an empty condition meets nothing; leave it out", field=field)
    kinds = [target.kind for target in said.targets]
    for n, kind in enumerate(kinds):
        if kind in kinds[:n]:
            raise InvalidInput(
                f"{pb.ClockKind.Name(kind)} has a target already; give it one",
                field=f"policy.targets[{n}].kind",
            )


def definition_of(said: pb.Calendar | pb.SlaPolicy) -> bytes:
    """What is kept of it: ids, times and versions are the row's."""
    kept = type(said).FromString(said.SerializeToString())
    for name in ("id", "tenant_id", "create_time", "etag"):
        kept.ClearField(name)
    return kept.SerializeToString()


def clock_to_proto(clock: Clock, used: timedelta) -> pb.Clock:
    state = clock.outcome or ("running" if clock.is_running else "resting")
    return pb.Clock(
        id=str(clock.id),
        ticket_id=str(clock.ticket_id),
        kind=number_of(pb.ClockKind, clock.kind),
        target=_duration(clock.target),
        used=_duration(used),
        start_time=to_timestamp(clock.started_at),
        at_risk_time=to_timestamp(clock.at_risk_at),
        due_time=to_timestamp(clock.due_at),
        warn_time=to_timestamp(clock.warned_at),
        breach_time=to_timestamp(clock.breached_at),
        stop_time=to_timestamp(clock.stopped_at),
        state=number_of(pb.Clock.State, state),
        policy_id=str(clock.policy_id or ""),
        calendar_id=str(clock.calendar_id or ""),
    )


def _identified(said: M, row: Record) -> M:
    said.id, said.tenant_id, said.etag = str(row["id"]), row["tenant_id"], str(row["version"])
    said.create_time.FromDatetime(row["created_at"])
    return said


def _kind(target: pb.Target) -> str:
    return name_of(pb.ClockKind, target.kind)


def _targets(target: pb.Target) -> dict[str, timedelta]:
    return {
        urgency: from_duration(getattr(target, urgency))
        for urgency in PRIORITIES
        if target.HasField(urgency)  # type: ignore[arg-type]  # its fields are named after them
    }


def _frames(frames: Iterable[pb.TimeFrame]) -> list[Frame]:
    return [Frame(_minute(frame.start), _minute(frame.end)) for frame in frames]


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _holiday(n: int, said: pb.Holiday) -> Holiday:
    try:
        day = date.fromisoformat(said.date)
    except ValueError:
        raise InvalidInput(
            f"{said.date} is no date; write yyyy-mm-dd", field=f"calendar.holidays[{n}].date"
        ) from None
    year = None if said.yearly else day.year
    return Holiday(day.month, day.day, year, tuple(_frames(said.frames)))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(f"{name} is not an IANA time zone", field="calendar.time_zone") from None


def _duration(span: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(span)
    return duration


def _optional_id(said: str) -> UUID | None:
    return UUID(said) if said else None
