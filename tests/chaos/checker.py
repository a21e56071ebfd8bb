"""The judge. It shares no code with the product and believes none of its counters.

It compares what customers and providers saw with what the public API tells, and names each
difference that the promises of docs/guarantees.md forbid.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.chaos.providers import marks_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.chaos.story import Said, Story, Taken
    from tests.chaos.told import Thread

# One word a promise; the words stand in docs/guarantees.md too.
LOST = "lost"
STORED_TWICE = "stored twice"
UNANSWERED = "unanswered"
ANSWERED_TWICE = "answered twice"
SENT_TWICE = "sent twice"
OUT_OF_ORDER = "out of order"
NOT_SENT = "called sent, never sent"
TICKET_TWICE = "ticket twice"
NOT_AT_REST = "not at rest"
LIVE_GAP = "live gap"
UNCOUNTED = "copy uncounted"

_LEFT = {"MESSAGE_STATE_SENT", "MESSAGE_STATE_DELIVERED", "MESSAGE_STATE_READ"}
_SEEN_BY_PEOPLE = {"MESSAGE_STATE_PARKED", "MESSAGE_STATE_FAILED"}
_CANCELLED = "MESSAGE_STATE_CANCELLED"


@dataclass(frozen=True, slots=True)
class Violation:
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and what was counted on the way."""

    violations: list[Violation]
    acknowledged: int
    taken: int
    whatsapp_taken: int
    whatsapp_twice: int
    whatsapp_told_twice: int
    audited: int
    parked: int
    with_person: int
    longest_wait: float  # seconds from a message's commit to the commit of its turn's reply

    @property
    def kinds(self) -> set[str]:
        return {each.kind for each in self.violations}


def judge(story: Story, threads: Sequence[Thread], audited: int = 0) -> Verdict:
    """Call it at rest: what is still on its way is a violation too.

    `audited` is how many copies the audit log names.
    """
    court = _Court(story, threads)
    states = Counter(each["state"] for thread in court.threads for each in thread.outgoing)
    taken = [each for each in story.taken if not each.account.is_telegram]
    return Verdict(
        violations=[*court.violations(), *court.counted(audited)],
        acknowledged=len(story.acknowledged),
        taken=len(story.taken),
        whatsapp_taken=len(taken),
        whatsapp_twice=court.whatsapp_twice(),
        whatsapp_told_twice=court.whatsapp_told_twice(),
        audited=audited,
        parked=states["MESSAGE_STATE_PARKED"],
        with_person=sum(_has_person(thread) for thread in court.threads),
        longest_wait=max((wait for t in court.threads for wait in _waits(t)), default=0.0),
    )


class _Court:
    def __init__(self, story: Story, threads: Sequence[Thread]) -> None:
        self.story = story
        said = {each.mark: each for each in story.said}
        # Conversations of other acts, on the same mesh, are none of ours.
        self.threads = [thread for thread in threads if said.keys() & set(thread.marks)]
        self._said = said
        self._homes: dict[str, list[Thread]] = defaultdict(list)
        for thread in self.threads:
            for mark in thread.marks:
                self._homes[mark].append(thread)
        self._taken: dict[tuple[str, str], list[Taken]] = defaultdict(list)
        for taken in story.taken:
            self._taken[taken.account.channel_id, taken.contact].append(taken)

    def violations(self) -> Iterator[Violation]:
        for said in self.story.said:
            yield from self._stored_once(said)
        for thread in self.threads:
            yield from self._answered(thread)
            yield from self._in_order(thread)
            yield from self._sent_once(thread)
            yield from self._one_ticket(thread)
        yield from self._live_without_gap()

    def whatsapp_twice(self) -> int:
        """Copies beyond the first that WhatsApp took of one delivery, by our token."""
        return _beyond_the_first(each.token for each in self.story.taken if each.token)

    def whatsapp_told_twice(self) -> int:
        """Of these, the ones whose statuses came through: nobody can know of the others."""
        return _beyond_the_first(self.story.told)

    def counted(self, audited: int) -> Iterator[Violation]:
        told = self.whatsapp_told_twice()
        if audited != told:
            yield Violation(UNCOUNTED, f"{told} came back, the audit log names {audited}")

    def _stored_once(self, said: Said) -> Iterator[Violation]:
        copies = len(self._homes[said.mark])
        if copies == 0 and said.acknowledged_at is not None:
            yield Violation(LOST, f"{said.mark} of {said.contact} was acknowledged")
        if copies > 1:
            yield Violation(STORED_TWICE, f"{said.mark} of {said.contact}, {copies} times")

    def _answered(self, thread: Thread) -> Iterator[Violation]:
        """Each message is in a turn; each turn spoke, or a person has the conversation."""
        by_turn: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in thread.outgoing:
            if each["turn_id"]:
                by_turn[each["turn_id"]].append(each)
        for turn_id, replies in by_turn.items():
            if len(replies) > 1:
                yield Violation(ANSWERED_TWICE, f"turn {turn_id} has {len(replies)} replies")
        if not thread.is_at_rest:
            yield Violation(NOT_AT_REST, f"conversation {thread.id}: {_rest(thread)}")
        turns = [each["turn_id"] for each in thread.incoming if each["turn_id"]]
        for position, turn_id in enumerate(turns):
            is_answered = any(
                self._counts(thread, each, is_last=turn_id == turns[-1])
                for each in by_turn[turn_id]
            )
            if not is_answered and not _has_person(thread):
                mark = marks_in(thread.incoming[position]["text"])
                yield Violation(UNANSWERED, f"{mark} in turn {turn_id} of {thread.id}")

    def _counts(self, thread: Thread, reply: dict[str, Any], *, is_last: bool) -> bool:
        """A reply that left, that people are told of, or that a later turn replaced."""
        state = reply["state"]
        return state in _LEFT | _SEEN_BY_PEOPLE or (state == _CANCELLED and not is_last)

    def _sends(self, thread: Thread) -> list[Taken]:
        contacts = {self._said[mark].contact for mark in thread.marks if mark in self._said}
        return [each for c in contacts for each in self._taken[thread.channel_id, c]]

    def _in_order(self, thread: Thread) -> Iterator[Violation]:
        marks = thread.marks
        if self._is_telegram(thread):
            numbers = [
                self._said[mark].number for mark in dict.fromkeys(marks) if mark in self._said
            ]
            if numbers != sorted(numbers):
                yield Violation(OUT_OF_ORDER, f"stored as {numbers} in {thread.id}")
        place = {mark: index for index, mark in reversed(list(enumerate(marks)))}
        latest, seen = -1, set()
        for taken in self._sends(thread):
            about = [place[mark] for mark in marks_in(taken.text) if mark in place]
            if about and taken.text not in seen:
                if min(about) <= latest:
                    yield Violation(OUT_OF_ORDER, f"{taken.text!r} came late in {thread.id}")
                latest = max(latest, *about)
            seen.add(taken.text)

    def _sent_once(self, thread: Thread) -> Iterator[Violation]:
        sends = self._sends(thread)
        copies = Counter(taken.text for taken in sends)
        written = Counter(each["text"] for each in thread.outgoing)
        for text, count in copies.items():
            if self._is_telegram(thread) and count > max(1, written[text]):
                yield Violation(SENT_TWICE, f"{count} times {text!r} in {thread.id}")
        replies = Counter(mark for each in thread.outgoing for mark in marks_in(each["text"]))
        sent = Counter(mark for text in copies for mark in marks_in(text))
        for mark, count in (replies | sent).items():
            if count > 1:
                yield Violation(ANSWERED_TWICE, f"{mark} in {count} replies of {thread.id}")
        for each in thread.outgoing:
            if each["state"] in _LEFT and not copies[each["text"]]:
                yield Violation(NOT_SENT, f"{each['text']!r} in {thread.id}")

    def _one_ticket(self, thread: Thread) -> Iterator[Violation]:
        if len(thread.tickets) > 1:
            yield Violation(TICKET_TWICE, f"{len(thread.tickets)} in {thread.id}")

    def _live_without_gap(self) -> Iterator[Violation]:
        """Each listener's numbers are a run, begun anew only where it was told to."""
        latest: dict[str, tuple[str, int]] = {}
        for heard in self.story.heard:
            before = latest.get(heard.tenant)
            wanted = (heard.epoch, before[1] + 1) if before else None
            if wanted and not heard.is_anew and (heard.epoch, heard.sequence) != wanted:
                detail = f"{heard.sequence} after {before} for {heard.tenant}"
                yield Violation(LIVE_GAP, detail)
            latest[heard.tenant] = (heard.epoch, heard.sequence)

    def _is_telegram(self, thread: Thread) -> bool:
        return any(self._said[m].account.is_telegram for m in thread.marks if m in self._said)


def _beyond_the_first(tokens: Iterable[str]) -> int:
    deliveries = [token.rpartition(".")[0] for token in tokens]
    return len(deliveries) - len(set(deliveries))


def _has_person(thread: Thread) -> bool:
    return thread.holder != "HOLDER_BOT" or bool(thread.tickets)


def _waits(thread: Thread) -> Iterator[float]:
    """For each reply, since when the first message of its turn is stored."""
    since: dict[str, datetime] = {}
    for each in thread.incoming:
        since.setdefault(each["turn_id"], datetime.fromisoformat(each["create_time"]))
    for each in thread.outgoing:
        if each["turn_id"] in since:
            replied = datetime.fromisoformat(each["create_time"])
            yield (replied - since[each["turn_id"]]).total_seconds()


def _rest(thread: Thread) -> str:
    going = Counter(each["state"].removeprefix("MESSAGE_STATE_") for each in thread.outgoing)
    waiting = sum(not each["turn_id"] for each in thread.incoming)
    return f"{waiting} without a turn, {dict(going)}"
