"""Events from the wire, figures to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cassava.analytics.v1 import analytics_pb2 as pb
from cassava.tickets.v1 import event_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.wrappers_pb2 import DoubleValue

from mesh import times
from services.analytics import metric
from services.analytics.event import Event
from services.analytics.period import Period

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
        data=MessageToDict(event.data),
    )


def headline_to_proto(
    *, overview: Row, durations: Mapping[str, Row], sla: Row, deflection: Row
) -> pb.Headline:
    met, breached = sla["met"], sla["breached"]
    compliance = _ratio(100 * met, met + breached)
    return pb.Headline(
        conversations=pb.ConversationFigures(
            total=overview["total"],
            open=overview["open"],
            resolved=overview["resolved"],
            reopened=overview["reopened"],
        ),
        messages=pb.MessageFigures(received=overview["received"], sent=overview["sent"]),
        first_response_seconds=_durations(durations.get("first_response", _NOTHING)),
        resolution_seconds=_durations(durations.get("resolution", _NOTHING)),
        sla=pb.SlaFigures(
            met=met, breached=breached, at_risk=sla["at_risk"], compliance_percent=compliance
        ),
        satisfaction=pb.SatisfactionFigures(),  # until ratings are in the log
        automation=_automation(deflection),
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
    """Every day of the period, also those on which nothing happened."""
    by_day = {row["day"]: {key: row[key] for key in row if key != "day"} for row in map(dict, rows)}
    for day in period.dates():
        answer.daily.add(date=day.isoformat(), **by_day.get(day, {}))


def _durations(row: Row) -> pb.Durations:
    return pb.Durations(
        avg=_double(row["avg"]),
        p50=_double(row["p50"]),
        p90=_double(row["p90"]),
        count=row["count"],
    )


def _automation(row: Row) -> pb.AutomationFigures:
    return pb.AutomationFigures(
        involvement_rate=_ratio(row["involved"], row["opened"]),
        resolution_rate=_ratio(row["resolved"], row["involved"]),
        automation_rate=_ratio(row["resolved"], row["opened"]),
        handover_rate=_ratio(row["handed_over"], row["opened"]),
        durable_resolution_rate=_ratio(row["durable"], row["settled"]),
    )


def _ratio(part: float, whole: float) -> DoubleValue | None:
    """Absent when there is nothing to divide by."""
    return DoubleValue(value=part / whole) if whole else None


def _double(value: float | None) -> DoubleValue | None:
    return None if value is None else DoubleValue(value=value)
