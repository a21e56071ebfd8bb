"""What one event adds to which fact and which day; adding it twice changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from services.analytics import metric
from services.analytics.cursor import Cursor
from services.analytics.eras import Era, Eras
from services.analytics.event import Event
from services.analytics.fact import Clock, Conversation
from services.analytics.metric import Metric
from services.analytics.story import AI, PERSON, Story

# PRODUCT 6.1: a turn that is only a thank-you.
_THANKS = "thanks"
_SURE_OF_THANKS = 0.8

_UNKNOWN = "unknown"
_FIRST_RESPONSE = "first_response"
_BEST = 5
CALENDAR = "calendar.updated"
POLICY = "policy.updated"
_OUT_OF_SCOPE = "out_of_scope"
_RATING_REQUEST = "rating_request"


class Tally(NamedTuple):
    """One number that grows: a metric's count for one label in one quarter of an hour."""

    metric: str
    bucket: datetime
    label: str


class Addition(NamedTuple):
    metric: Metric
    by: int = 1
    label: str = ""
    at: datetime | None = None  # the event's own time unless said


Stories = dict[str, Story]
Additions = Iterator[Addition]


def follow(
    cursor: Cursor, stories: Stories, events: Iterable[Event], eras: Eras | None = None
) -> tuple[Cursor, Counter[Tally]]:
    """Count every event that the cursor has not counted; raise `GapInLog` when one is missing.

    `stories` holds the facts of every conversation that the events name, and is changed.
    """
    tallies: Counter[Tally] = Counter()
    eras = Eras() if eras is None else eras
    for event in events:
        if cursor.has_counted(event):
            continue
        cursor = cursor.after(event)
        if event.type == CALENDAR:
            eras.add(Era(event.sequence, event.occurred_at, event.facts("definition")))
        if event.type == POLICY:
            cursor = replace(cursor, inactive_hours=int(event.number("inactive_hours")))
        if story := stories.get(event.conversation_id):
            story.hours, story.inactive_hours = eras, cursor.inactive_hours
        for addition in _RULES.get(event.type, _nothing)(stories, event):
            bucket = metric.bucket(addition.at or event.occurred_at)
            tallies[Tally(addition.metric.name, bucket, addition.label)] += addition.by
    return cursor, tallies


def _nothing(_: Stories, __: Event) -> Additions:
    yield from ()


def _opened(stories: Stories, event: Event) -> Additions:
    if event.conversation_id in stories:
        return
    stories[event.conversation_id] = Story(
        Conversation(
            id=event.conversation_id,
            opened_at=event.occurred_at,
            started_at=event.moment_if_said("customer_time"),
            channel=event.text("channel") or _UNKNOWN,
            channel_id=event.text("channel_id"),
            customer_id=event.text("customer_id"),
            business_since=event.moment_if_said("customer_time"),
        )
    )
    yield Addition(metric.OPEN)
    if event.moment_if_said("customer_time"):
        yield Addition(metric.OPENED, label=event.text("channel") or _UNKNOWN)


def _resolved(stories: Stories, event: Event) -> Additions:
    yield Addition(metric.RESOLVED)
    story = stories.get(event.conversation_id)
    if story and story.resolve(event.occurred_at, by_person=event.text("by") != "machine"):
        yield Addition(metric.OPEN, -1)


def _reopened(stories: Stories, event: Event) -> Additions:
    yield Addition(metric.REOPENED)
    story = stories.get(event.conversation_id)
    by_customer = event.text("by") != "person"
    if story and story.reopen(event.moment("customer_time"), by_customer=by_customer):
        yield Addition(metric.OPEN)


def _received(stories: Stories, event: Event) -> Additions:
    yield Addition(metric.RECEIVED)
    if story := stories.get(event.conversation_id):
        story.hear(event.moment("customer_time"))


def _queued(stories: Stories, event: Event) -> Additions:
    author = event.text("author")
    if author == "bot" and event.text("tier"):
        yield Addition(metric.REPLIES, label=event.text("tier"))
    if event.text("outcome") == _RATING_REQUEST:
        yield Addition(metric.RATINGS_ASKED)
    story = stories.get(event.conversation_id)
    if story is None:
        return
    story.speak(event.occurred_at)
    if event.says("answer"):
        _answered(story, event)
    if event.says("answer") and author == "bot" and event.text("outcome") == "answer":
        story.settle(event.text("message_id"), event.occurred_at)


def _answered(story: Story, event: Event) -> None:
    by = PERSON if event.text("author") == "agent" else AI
    story.answer(
        event.text("message_id"),
        by=by,
        at=event.occurred_at,
        sequence=event.sequence,
        agent_id=event.text("agent_id"),
        team_id=event.text("team_id"),
        tier=event.text("tier"),
    )


def _sent(stories: Stories, event: Event) -> Additions:
    yield Addition(metric.SENT)
    story = stories.get(event.conversation_id)
    # An answer that was withdrawn and has been sent again after all: it counts from now on.
    if story and event.says("answer"):
        _answered(story, event)


def _failed(stories: Stories, event: Event) -> Additions:
    story = stories.get(event.conversation_id)
    if story and not event.says("perhaps_sent"):
        story.withdraw(event.text("message_id"))
    yield from ()


def _turn_completed(stories: Stories, event: Event) -> Additions:
    messages = int(event.number("messages"))
    intent = _OUT_OF_SCOPE if event.says("out_of_scope") else event.text("intent") or _UNKNOWN
    yield Addition(metric.INTENTS, messages, intent)
    for one in (metric.URGENCY, metric.SENTIMENT, metric.LANGUAGES):
        yield Addition(one, messages, event.text(one.label) or _UNKNOWN)
    story = stories.get(event.conversation_id)
    is_thanks = event.text("intent") == _THANKS and event.number("confidence") >= _SURE_OF_THANKS
    if story and is_thanks and event.text("outcome") in ("notice", "silence"):
        story.thank(event.moment("customer_time"), event.occurred_at)


def _held_by(holder: str) -> Callable[[Stories, Event], Additions]:
    def rule(stories: Stories, event: Event) -> Additions:
        now = holder or event.text("holder")
        story = stories.get(event.conversation_id)
        asked_at = event.moment_if_said("customer_time")
        if story and now and story.hold(now, event.occurred_at, event.sequence, asked_at):
            yield Addition(metric.HANDOVERS)

    return rule


def _released(stories: Stories, event: Event) -> Additions:
    if story := stories.get(event.conversation_id):
        story.release()
    yield from ()


def _ticket_opened(stories: Stories, event: Event) -> Additions:
    story = stories.get(event.conversation_id)
    due_at = event.moment_if_said("first_response_due")
    if story and due_at:
        story.start_clock(event.ticket_id, event.moment("customer_time"), due_at)
    yield from ()


def _ticket_resolved(stories: Stories, event: Event) -> Additions:
    if story := stories.get(event.conversation_id):
        story.resolve_ticket(event.ticket_id, event.occurred_at)
    yield from ()


def _ticket_updated(stories: Stories, event: Event) -> Additions:
    if story := stories.get(event.conversation_id):
        for said in event.each("clocks"):
            story.tell_clock(_clock(said, event.ticket_id))
    yield from ()


def _clock(said: Event, ticket_id: str) -> Clock:
    kind = said.text("kind")
    return Clock(
        ticket_id=ticket_id if kind == _FIRST_RESPONSE else said.text("id"),
        started_at=said.moment("started_at"),
        due_at=said.moment_if_said("due_at"),
        stopped_at=said.moment_if_said("stopped_at"),
        kind=kind,
        at_risk_at=said.moment_if_said("at_risk_at"),
        breached_at=said.moment_if_said("breached_at"),
        outcome=said.text("outcome"),
        is_told=True,
    )


def _rated(stories: Stories, event: Event) -> Additions:
    story, rating = stories.get(event.conversation_id), int(event.number("rating"))
    if not story or not 1 <= rating <= _BEST:
        return
    asked_at, resolution = event.moment_if_said("asked_at"), event.text("resolved_at")
    if asked_at and resolution not in story.ratings:
        yield Addition(metric.RATINGS_ANSWERED, at=asked_at)
    story.rate(resolution, rating, event.occurred_at)


_RULES: dict[str, Callable[[Stories, Event], Additions]] = {
    "conversation.opened": _opened,
    "conversation.updated": _held_by(""),
    "conversation.resolved": _resolved,
    "conversation.reopened": _reopened,
    "message.received": _received,
    "message.queued": _queued,
    "message.sent": _sent,
    "message.failed": _failed,
    "turn.completed": _turn_completed,
    "handover.requested": _held_by("queued"),
    "handover.accepted": _held_by("person"),
    "handover.released": _released,
    "ticket.opened": _ticket_opened,
    "ticket.resolved": _ticket_resolved,
    "ticket.updated": _ticket_updated,
    "rating.received": _rated,
}
EVENTS_THAT_COUNT = frozenset(_RULES)
