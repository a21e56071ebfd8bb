"""Events from the wire, figures to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.tickets.v1 import event_pb2
from google.api import httpbody_pb2
from google.protobuf.wrappers_pb2 import DoubleValue

from mesh import times
from services.analytics import metric
from services.analytics.event import Event
from services.analytics.period import Period

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct, Value

    from services.analytics.export import Piece
    from services.analytics.reports.figures import Headline

Row = Mapping[str, Any]
_NOTHING: Row = {"count": 0, "avg": None, "p50": None, "p90": None}


def event_from_proto(event: event_pb2.Event) -> Event:
    return Event(
        id=event.id,
        sequence=event.sequence,
        type=event.type,
        occurred_at=times.from_timestamp(event.occurred_at) or times.now(),
        conversation_id=event.conversation_id,
        ticket_id=event.ticket_id,
        data=_plain(event.data),
    )


def _plain(struct: Struct) -> dict[str, Any]:
    """As `MessageToDict` says it, for less: every event of the log comes by."""
    return {name: _value(said) for name, said in struct.fields.items()}


def _value(said: Value) -> Any:
    match said.WhichOneof("kind"):
        case "struct_value":
            return _plain(said.struct_value)
        case "list_value":
            return [_value(each) for each in said.list_value.values]
        case None | "null_value":
            return None
        case kind:
            return getattr(said, kind)


def headline_to_proto(said: Headline) -> pb.Headline:
    overview, durations, waits = said["overview"], said["durations"], said["unanswered"]
    return pb.Headline(
        conversations=pb.ConversationFigures(
            total=overview["total"],
            open=overview["open"],
            resolved=overview["resolved"],
            reopened=overview["reopened"],
        ),
        messages=pb.MessageFigures(received=overview["received"], sent=overview["sent"]),
        first_response_seconds=_durations(durations, "first_response"),
        resolution_seconds=_durations(durations, "resolution"),
        human_first_response_seconds=_durations(durations, "human_first_response"),
        next_response_seconds=_durations(durations, "next_response"),
        unanswered=pb.WaitFigures(count=waits["count"], oldest_seconds=_double(waits["oldest"])),
        sla=_sla(said["sla"]),
        satisfaction=_satisfaction(said["satisfaction"], overview),
        automation=_automation(said["deflection"], said["outcomes"]),
    )


def dashboard_to_proto(
    tenant_id: str, period: Period, as_of: datetime, headline: pb.Headline, previous: pb.Headline
) -> pb.GetDashboardResponse:
    """The headline's figures stand beside the period, the previous ones in their own message."""
    answer = pb.GetDashboardResponse(
        tenant_id=tenant_id,
        to=times.to_timestamp(period.end),
        generated_at=times.to_timestamp(as_of),
        conversations=headline.conversations,
        messages=headline.messages,
        first_response_seconds=headline.first_response_seconds,
        resolution_seconds=headline.resolution_seconds,
        sla=headline.sla,
        satisfaction=headline.satisfaction,
        automation=headline.automation,
        previous=previous,
        human_first_response_seconds=headline.human_first_response_seconds,
        next_response_seconds=headline.next_response_seconds,
        unanswered=headline.unanswered,
    )
    begin = times.to_timestamp(period.begin)
    if begin is not None:
        getattr(answer, "from").CopyFrom(begin)  # a keyword of Python
    return answer


def add_mix(answer: pb.GetDashboardResponse, rows: Iterable[Row]) -> None:
    labels = {
        metric.URGENCY.name: answer.urgency,
        metric.SENTIMENT.name: answer.sentiment,
        metric.LANGUAGES.name: answer.languages,
    }
    for row in rows:
        name, label, count, share = row["metric"], row["label"], row["count"], row["share"]
        if name == metric.REPLIES.name:
            answer.reply_tiers.add(tier=label, replies=count, share=share)
        elif name == metric.OPENED.name:
            answer.channels.add(channel=label, conversations=count, share=share)
        elif name == metric.INTENTS.name:
            answer.intents.add(intent=label, messages=count, share=share)
        else:
            labels[name].add(label=label, messages=count, share=share)


def add_days(answer: pb.GetDashboardResponse, period: Period, rows: Iterable[Row]) -> None:
    for day, row in zip(period.dates(), rows, strict=True):
        answer.daily.add(date=day.isoformat(), **row)


def add_outcomes(answer: pb.GetDashboardResponse, rows: Iterable[Row]) -> None:
    for row in rows:
        answer.outcomes.add(**row)


def series_to_proto(
    tenant_id: str, period: Period, as_of: datetime, starts: Iterable[datetime], rows: Iterable[Row]
) -> pb.GetTimeseriesResponse:
    """A point a step, also where nothing happened."""
    known = {row["since"]: {k: row[k] for k in row if k != "since"} for row in map(dict, rows)}
    answer = pb.GetTimeseriesResponse(
        tenant_id=tenant_id,
        to=times.to_timestamp(period.end),
        generated_at=times.to_timestamp(as_of),
        points=[pb.Point(time=times.to_timestamp(at), **known.get(at, {})) for at in starts],
    )
    getattr(answer, "from").FromDatetime(period.begin)  # a keyword of Python
    return answer


def piece_to_proto(piece: Piece) -> pb.ExportConversationsResponse:
    body = httpbody_pb2.HttpBody(content_type="text/csv; charset=utf-8", data=piece.text.encode())
    return pb.ExportConversationsResponse(csv=body, rows=piece.rows, total=piece.total)


def agents_to_proto(
    tenant_id: str, period: Period, as_of: datetime, rows: Iterable[Row]
) -> pb.GetAgentReportResponse:
    answer = pb.GetAgentReportResponse(
        tenant_id=tenant_id,
        to=times.to_timestamp(period.end),
        generated_at=times.to_timestamp(as_of),
    )
    getattr(answer, "from").FromDatetime(period.begin)  # a keyword of Python
    for row in rows:
        listed = answer.teams if row["team_id"] else answer.agents
        listed.add(
            agent_id=row["agent_id"],
            team_id=row["team_id"],
            answers=row["answers"],
            conversations=row["conversations"],
            response_seconds=_measured(row),
            satisfaction=_rated(row["points"], row["ratings"]),
        )
    return answer


def _durations(rows: Mapping[str, Row], name: str) -> pb.Durations:
    """All of them; in open hours; and apart by who answered, where that is measured."""
    durations = _measured(rows.get(name, _NOTHING))
    durations.in_business_hours.CopyFrom(_measured(rows.get(f"{name}_business", _NOTHING)))
    by = {who: rows[f"{name}_{who}"] for who in ("ai", "person") if f"{name}_{who}" in rows}
    for who, row in by.items():
        getattr(durations.by, who).CopyFrom(_measured(row))
    return durations


def _measured(row: Row) -> pb.Durations:
    return pb.Durations(
        avg=_double(row["avg"]),
        p50=_double(row["p50"]),
        p90=_double(row["p90"]),
        count=row["count"],
    )


def _sla(rows: Sequence[Row]) -> pb.SlaFigures:
    met, breached = (sum(row[name] for row in rows) for name in ("met", "breached"))
    return pb.SlaFigures(
        met=met,
        breached=breached,
        at_risk=sum(row["at_risk"] for row in rows),
        cancelled=sum(row["cancelled"] for row in rows),
        compliance_percent=_ratio(100 * met, met + breached),
        by_clock=[
            pb.ClockFigures(
                clock=row["kind"],
                met=row["met"],
                breached=row["breached"],
                at_risk=row["at_risk"],
                cancelled=row["cancelled"],
                compliance_percent=_ratio(100 * row["met"], row["met"] + row["breached"]),
            )
            for row in rows
        ],
    )


def _satisfaction(rows: Sequence[Row], overview: Row) -> pb.SatisfactionFigures:
    responses = sum(row["responses"] for row in rows)
    by = {row["answered_by"]: _rated(row["points"], row["responses"]) for row in rows}
    return pb.SatisfactionFigures(
        average=_ratio(sum(row["points"] for row in rows), responses),
        responses=responses,
        response_rate=_ratio(overview["answered"], overview["asked"]),
        by=pb.SatisfactionBy(**by) if by else None,
    )


def _rated(points: int, responses: int) -> pb.SatisfactionShare:
    return pb.SatisfactionShare(average=_ratio(points, responses), responses=responses)


def _automation(row: Row, outcomes: Iterable[Row]) -> pb.AutomationFigures:
    count = {each["outcome"]: each["conversations"] for each in outcomes}
    confirmed = count.get("ai_confirmed", 0)
    assumed, contained = count.get("ai_assumed", 0), count.get("contained", 0)
    return pb.AutomationFigures(
        involvement_rate=_ratio(row["involved"], row["opened"]),
        resolution_rate=_ratio(row["resolved"], row["involved"]),
        automation_rate=_ratio(row["resolved"], row["opened"]),
        handover_rate=_ratio(row["handed_over"], row["opened"]),
        durable_resolution_rate=_ratio(row["durable"], row["settled"]),
        confirmed_rate=_ratio(confirmed, row["involved"]),
        assumed_rate=_ratio(assumed, row["involved"]),
        deflection_rate=_ratio(row["resolved"] + contained, row["opened"]),
    )


def _ratio(part: float, whole: float) -> DoubleValue | None:
    """Absent when there is nothing to divide by."""
    return DoubleValue(value=part / whole) if whole else None


def _double(value: float | None) -> DoubleValue | None:
    return None if value is None else DoubleValue(value=value)
