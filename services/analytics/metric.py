"""Every metric that is counted as it happens: its name, its unit, which events count."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Every time zone in use is a whole number of quarters from UTC, so days of any zone add up.
BUCKET = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    unit: str
    events: tuple[str, ...]
    label: str = ""


OPENED = Metric("conversations_opened", "conversation", ("conversation.opened",), label="channel")
# Plus one when a conversation becomes unresolved, minus one when it is resolved: the sum is open.
OPEN = Metric(
    "conversations_open",
    "conversation",
    ("conversation.opened", "conversation.resolved", "conversation.reopened"),
)
RESOLVED = Metric("conversations_resolved", "resolution", ("conversation.resolved",))
REOPENED = Metric("conversations_reopened", "reopening", ("conversation.reopened",))
RECEIVED = Metric("messages_received", "message", ("message.received",))
SENT = Metric("messages_sent", "message", ("message.sent",))
HANDOVERS = Metric(
    "handovers",
    "handover",
    ("handover.requested", "handover.accepted", "conversation.updated"),
)
REPLIES = Metric("ai_replies", "reply", ("message.queued",), label="tier")
INTENTS = Metric("intents", "message", ("turn.completed",), label="intent")
URGENCY = Metric("urgency", "message", ("turn.completed",), label="urgency")
SENTIMENT = Metric("sentiment", "message", ("turn.completed",), label="sentiment")
LANGUAGES = Metric("languages", "message", ("turn.completed",), label="language")

# Both in the quarter in which it was asked, so that the share is of what was asked then.
RATINGS_ASKED = Metric("ratings_asked", "request", ("message.queued",))
RATINGS_ANSWERED = Metric("ratings_answered", "request", ("rating.received",))

METRICS = (
    *(OPENED, OPEN, RESOLVED, REOPENED, RECEIVED, SENT, HANDOVERS),
    *(REPLIES, INTENTS, URGENCY, SENTIMENT, LANGUAGES, RATINGS_ASKED, RATINGS_ANSWERED),
)


def bucket(moment: datetime) -> datetime:
    """The start of the quarter of an hour that holds this moment."""
    return moment - (moment - _EPOCH) % BUCKET


def bucket_after(moment: datetime) -> datetime:
    """The first start of a quarter at or after this moment."""
    return bucket(moment + BUCKET - timedelta(microseconds=1))
