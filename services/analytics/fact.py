"""What the events of one conversation leave behind: a row each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

INACTIVE_HOURS = 168  # unless the tenant says otherwise


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    opened_at: datetime
    # The customer time of the first message; None: the tenant wrote first.
    started_at: datetime | None = None
    channel: str = ""
    channel_id: str = ""
    customer_id: str = ""
    holder: str = "bot"
    # A person gave it back: from then on an answer by the machine stops a ticket's clock too.
    is_released: bool = False
    handed_over_at: datetime | None = None
    # The customer time of the oldest message that nobody has answered.
    waiting_since: datetime | None = None
    last_spoken_at: datetime | None = None
    ai_answers: int = 0
    person_answers: int = 0
    # From when on the machine's answer counts as the solution, unless something happens first.
    settled_at: datetime | None = None
    first_answered_at: datetime | None = None
    first_answered_by: str | None = None
    resolved_at: datetime | None = None
    # Where the time until the resolution ends; silence before a machine's resolution is no work.
    ended_at: datetime | None = None
    stood_resolved: timedelta = timedelta(0)
    last_heard_at: datetime | None = None
    # Since when the machine's answer is known, not assumed, to be the solution.
    confirmed_at: datetime | None = None
    # Open time of the stretches that have ended, and since when the present one runs.
    business_spent: timedelta = timedelta(0)
    business_since: datetime | None = None
    first_business: timedelta | None = None
    # How much silence after a person's answer ends it; the policy's as of the last word. 0: none.
    inactive_hours: int = INACTIVE_HOURS


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, as of its commit. Without `asked_at` nobody was waiting for it."""

    message_id: str
    sequence: int
    by: str
    answered_at: datetime
    asked_at: datetime | None
    stops_clocks: bool
    agent_id: str = ""
    team_id: str = ""
    # Open time of the wait that it ended.
    business: timedelta = timedelta(0)
    # The conversation's first answer; every later one ends a wait of its own.
    is_first: bool = False
    # Of the machine's; an older log's counting has none.
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """From the machine to people, until a person answers."""

    sequence: int
    asked_at: datetime
    answered_at: datetime | None = None
    business: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rating:
    """The last one given of a resolution; without one, of what was so far."""

    resolution: str
    rating: int
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """As the log tells it; an older log tells only when a first response is due."""

    # The ticket's for its first response, its own for every other kind.
    ticket_id: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None = None
    resolved_at: datetime | None = None
    kind: str = "first_response"
    at_risk_at: datetime | None = None
    breached_at: datetime | None = None
    outcome: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class AiResolution:
    """An answer by the machine that settled the matter, from `recorded_at` on."""

    message_id: str
    customer_id: str
    channel_id: str
    recorded_at: datetime
    is_confirmed: bool = False
    # The customer's next message that was more than thanks.
    returned_at: datetime | None = None

    def is_ripe(self, moment: datetime) -> bool:
        """Whether it counts already: confirmed, or the customer has been silent long enough."""
        return self.is_confirmed or self.recorded_at <= moment
