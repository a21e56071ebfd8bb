"""The facts of one conversation, and the only ways in which events change them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.analytics.eras import Eras
from services.analytics.fact import (
    INACTIVE_HOURS,
    AiResolution,
    Clock,
    Conversation,
    Handover,
    Rating,
    Response,
)

# PRODUCT 6.2: after an answer by the machine, this much silence means that it was the solution.
SILENCE = timedelta(hours=24)

AI = "ai"
PERSON = "person"
BOT_HOLDS = "bot"
GOOD, BAD = 4, 2
_NONE = timedelta(0)


@dataclass(slots=True)
class Story:
    """Order of events matters; applying one twice is prevented by the cursor, not here."""

    conversation: Conversation
    responses: dict[str, Response] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    resolutions: dict[str, AiResolution] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    hours: Eras = field(default_factory=Eras, compare=False)
    inactive_hours: int = field(default=INACTIVE_HOURS, compare=False)

    def hear(self, asked_at: datetime) -> None:
        """A message of the customer: waits for an answer, ends what silence would have proven."""
        heard_at = max(self.conversation.last_heard_at or asked_at, asked_at)
        self.conversation = replace(self.conversation, last_heard_at=heard_at)
        self._drop_unripe(asked_at)
        for resolution in list(self.resolutions.values()):
            if resolution.returned_at is None:
                self._keep(replace(resolution, returned_at=asked_at))
        if self.conversation.resolved_at is None:
            self._wait_since(asked_at)

    def speak(self, at: datetime) -> None:
        """Something public leaves, whatever it is: an earlier answer is not the last word."""
        self.conversation = replace(
            self.conversation, last_spoken_at=at, inactive_hours=self.inactive_hours
        )
        self._drop_unripe(at)

    def answer(  # noqa: PLR0913  # all are named
        self,
        message_id: str,
        *,
        by: str,
        at: datetime,
        sequence: int,
        agent_id: str = "",
        team_id: str = "",
        tier: str = "",
    ) -> None:
        """An answer is committed for sending; it ends the wait, if there is one."""
        if message_id in self.responses:
            return
        self.responses[message_id] = Response(
            message_id=message_id,
            sequence=sequence,
            by=by,
            answered_at=at,
            asked_at=self.conversation.waiting_since,
            stops_clocks=by == PERSON or self.conversation.is_released,
            agent_id=agent_id,
            team_id=team_id,
            tier=tier,
        )
        self.conversation = replace(self.conversation, waiting_since=None)
        self._reckon()

    def settle(self, message_id: str, at: datetime) -> None:
        """The machine answered alone and did not ask back: silence would make it a resolution."""
        if self._is_the_machines():
            self._keep(self._resolution(message_id, at + SILENCE))

    def thank(self, thanked_at: datetime, at: datetime) -> None:
        """A turn that was only thanks: confirms the machine's last answer, asks for nothing."""
        answers = sorted(self.responses.values(), key=lambda response: response.sequence)
        if not (answers and answers[-1].by == AI and self._is_the_machines()):
            return
        known = self.resolutions.get(answers[-1].message_id)
        if known and known.returned_at and known.returned_at < thanked_at:
            return
        recorded_at = min(known.recorded_at, at) if known else at
        resolution = self._resolution(answers[-1].message_id, recorded_at)
        self._keep(replace(resolution, is_confirmed=True))
        self.conversation = replace(self.conversation, waiting_since=None)

    def withdraw(self, message_id: str) -> None:
        """An answer did not arrive: everything is as if it had never been given."""
        gone = self.responses.pop(message_id, None)
        self.resolutions.pop(message_id, None)
        self._reckon_settled()
        if gone is None:
            return
        later = [each for each in self.responses.values() if each.sequence > gone.sequence]
        if gone.asked_at and later:
            following = min(later, key=lambda response: response.sequence)
            asked_at = min(gone.asked_at, following.asked_at or gone.asked_at)
            self.responses[following.message_id] = replace(following, asked_at=asked_at)
        elif gone.asked_at:
            self._wait_since(gone.asked_at)
        self._reckon()

    def resolve(self, at: datetime, *, by_person: bool) -> bool:
        """Whether it was unresolved until now."""
        if self.conversation.resolved_at is not None:
            return False
        ended_at = at if by_person else self.conversation.last_spoken_at or at
        since = self.conversation.business_since
        spent = self.hours.between(since, ended_at) if since else timedelta(0)
        self.conversation = replace(
            self.conversation,
            resolved_at=at,
            ended_at=ended_at,
            waiting_since=None,
            business_spent=self.conversation.business_spent + spent,
            business_since=None,
        )
        if by_person:
            self._drop_unripe(at)
        for ticket_id in self.clocks:
            self.resolve_ticket(ticket_id, at)
        return True

    def reopen(self, at: datetime, *, by_customer: bool) -> bool:
        """Whether it was resolved until now. Time that it stood resolved is nobody's."""
        ended_at = self.conversation.ended_at
        if ended_at is None:
            return False
        stood = self.conversation.stood_resolved + max(at - ended_at, timedelta(0))
        self.conversation = replace(
            self.conversation,
            resolved_at=None,
            ended_at=None,
            stood_resolved=stood,
            business_since=max(at, ended_at),
        )
        if by_customer:
            self._wait_since(at)
        return True

    def hold(
        self, holder: str, at: datetime, sequence: int = 0, asked_at: datetime | None = None
    ) -> bool:
        """Whether this took the conversation from the machine to people."""
        left_the_machine = self.conversation.holder == BOT_HOLDS and holder != BOT_HOLDS
        self.conversation = replace(self.conversation, holder=holder)
        if left_the_machine:
            first = self.conversation.handed_over_at or at
            self.conversation = replace(self.conversation, handed_over_at=first)
            self._drop_unripe(at)
            self.handovers[str(sequence)] = Handover(sequence, asked_at or at)
        return left_the_machine

    def rate(self, resolution: str, rating: int, at: datetime) -> None:
        """A good one confirms the machine's last answer, a bad one unmakes its resolutions."""
        self.ratings[resolution] = Rating(resolution, rating, at)
        if not self._is_the_machines():
            return
        if rating >= GOOD:
            self.thank(at, at)
        elif rating <= BAD:
            self.resolutions.clear()
            self._reckon_settled()

    def release(self) -> None:
        self.conversation = replace(self.conversation, holder=BOT_HOLDS, is_released=True)

    def start_clock(self, ticket_id: str, started_at: datetime, due_at: datetime) -> None:
        """Once a ticket: a first response never starts again."""
        self.clocks.setdefault(ticket_id, Clock(ticket_id, started_at, due_at))
        self._reckon()

    def tell_clock(self, clock: Clock) -> None:
        """As the log has it now, in place of what it had before."""
        self.clocks[clock.ticket_id] = clock

    def resolve_ticket(self, ticket_id: str, at: datetime) -> None:
        clock = self.clocks.get(ticket_id)
        if clock and clock.resolved_at is None and not clock.is_told:
            self.clocks[ticket_id] = replace(clock, resolved_at=at)

    def _is_the_machines(self) -> bool:
        conversation = self.conversation
        return (
            conversation.holder == BOT_HOLDS
            and conversation.handed_over_at is None
            and conversation.person_answers == 0
        )

    def _resolution(self, message_id: str, recorded_at: datetime) -> AiResolution:
        contact = self.conversation
        return AiResolution(message_id, contact.customer_id, contact.channel_id, recorded_at)

    def _wait_since(self, asked_at: datetime) -> None:
        since = min(self.conversation.waiting_since or asked_at, asked_at)
        self.conversation = replace(self.conversation, waiting_since=since)

    def _drop_unripe(self, at: datetime) -> None:
        for resolution in list(self.resolutions.values()):
            if not resolution.is_ripe(at):
                del self.resolutions[resolution.message_id]
        self._reckon_settled()

    def _keep(self, resolution: AiResolution) -> None:
        self.resolutions[resolution.message_id] = resolution
        self._reckon_settled()

    def _reckon_settled(self) -> None:
        standing = [each for each in self.resolutions.values() if each.returned_at is None]
        since = min((resolution.recorded_at for resolution in standing), default=None)
        confirmed = [each.recorded_at for each in standing if each.is_confirmed]
        self.conversation = replace(
            self.conversation, settled_at=since, confirmed_at=min(confirmed, default=None)
        )

    def _reckon(self) -> None:
        """Everything that follows from the answers that stand."""
        answers = sorted(self.responses.values(), key=lambda response: response.sequence)
        first = next((each for each in answers if each.asked_at is not None), None)
        for each in answers:
            spent = self.hours.between(each.asked_at, each.answered_at) if each.asked_at else _NONE
            self.responses[each.message_id] = replace(each, business=spent, is_first=each is first)
        for key, handover in self.handovers.items():
            self.handovers[key] = self._answered(handover, answers)
        started_at = self.conversation.started_at
        self.conversation = replace(
            self.conversation,
            ai_answers=sum(answer.by == AI for answer in answers),
            person_answers=sum(answer.by == PERSON for answer in answers),
            first_answered_at=first.answered_at if first else None,
            first_answered_by=first.by if first else None,
            first_business=self.hours.between(started_at, first.answered_at)
            if first and started_at
            else None,
        )
        for ticket_id, clock in self.clocks.items():
            if clock.is_told:
                continue
            self.clocks[ticket_id] = replace(clock, stopped_at=_stopping(clock, answers))

    def _answered(self, handover: Handover, answers: Iterable[Response]) -> Handover:
        """By the first answer of a person after it."""
        by_people = (a for a in answers if a.by == PERSON and a.sequence > handover.sequence)
        at = next((answer.answered_at for answer in by_people), None)
        spent = self.hours.between(handover.asked_at, at) if at else _NONE
        return replace(handover, answered_at=at, business=spent)


def _stopping(clock: Clock, answers: Iterable[Response]) -> datetime | None:
    """The first answer to what the ticket's customer waits for, by someone who counts."""
    return next(
        (
            answer.answered_at
            for answer in answers
            if answer.stops_clocks and answer.answered_at >= clock.started_at
        ),
        None,
    )
