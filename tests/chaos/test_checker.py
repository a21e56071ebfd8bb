"""The judge names what it sees, on stories that were made up to be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.chaos import checker
from tests.chaos.checker import judge
from tests.chaos.story import Account, Heard, Said, Story, Taken
from tests.chaos.told import Thread

BOT = Account("acme", "telegram", "1", "channel-1", "secret", "token")
NUMBER = replace(BOT, kind="whatsapp")
FIRST, SECOND = "bcdfghj", "klmnpqr"


def said(mark: str = FIRST, number: int = 0, account: Account = BOT) -> Said:
    text = f"Where is it? ref {mark}"
    return Said(account, "7", number, mark, text, 1.0, acknowledged_at=2.0)


def taken(mark: str = FIRST, token: str = "", account: Account = BOT) -> Taken:
    return Taken(account, "7", f"About ref {mark}", token, "1", 3.0)


def heard(mark: str = FIRST, sequence: int = 1, turn: str = "turn-1") -> dict[str, Any]:
    text = f"Where is it? ref {mark}"
    message = {"author": "AUTHOR_CUSTOMER", "text": text, "sequence": sequence, "turn_id": turn}
    return message | {"create_time": "2026-01-01T10:00:00Z"}


def replied(mark: str = FIRST, turn: str = "turn-1", state: str = "SENT") -> dict[str, Any]:
    text, state = f"About ref {mark}", f"MESSAGE_STATE_{state}"
    message = {"author": "AUTHOR_BOT", "text": text, "turn_id": turn, "state": state}
    return message | {"create_time": "2026-01-01T10:00:05.500Z"}


def thread(*messages: dict[str, Any], holder: str = "BOT", tickets: int = 0) -> Thread:
    return Thread(
        *("conversation-1", "acme", "channel-1", f"HOLDER_{holder}", list(messages)),
        [{"id": n} for n in range(tickets)],
    )


def kinds(story: Story, *threads: Thread) -> set[str]:
    return judge(story, threads).kinds


def test_an_answered_message_is_in_order() -> None:
    assert kinds(Story([said()], [taken()]), thread(heard(), replied())) == set()


def test_an_acknowledged_message_that_nobody_stored_is_lost() -> None:
    assert kinds(Story([said()])) == {checker.LOST}


def test_a_refused_message_may_be_missing() -> None:
    refused = said()
    refused.acknowledged_at = None

    assert kinds(Story([refused])) == set()


def test_a_message_that_is_stored_twice_is_named() -> None:
    twice = thread(heard(), heard(sequence=2), replied())

    assert kinds(Story([said()], [taken()]), twice) == {checker.STORED_TWICE}


def test_a_turn_without_a_reply_is_unanswered() -> None:
    assert kinds(Story([said()]), thread(heard())) == {checker.UNANSWERED}


def test_a_person_who_has_the_conversation_is_an_answer() -> None:
    assert kinds(Story([said()]), thread(heard(), holder="QUEUED", tickets=1)) == set()


def test_a_cancelled_reply_counts_only_when_a_later_turn_replaced_it() -> None:
    replaced = [heard(), replied(state="CANCELLED")]
    later = [heard(SECOND, 2, "turn-2"), replied(SECOND, "turn-2")]
    story = Story([said(), said(SECOND, 1)], [taken(SECOND)])

    assert kinds(story, thread(*replaced, *later)) == set()
    assert kinds(Story([said()]), thread(*replaced)) == {checker.UNANSWERED}


def test_two_copies_on_telegram_are_named() -> None:
    story = Story([said()], [taken(), taken()])

    assert kinds(story, thread(heard(), replied())) == {checker.SENT_TWICE}


def test_two_copies_on_whatsapp_are_counted() -> None:
    copies = [taken(token=f"c1.delivery-1.{n}", account=NUMBER) for n in (1, 2)]
    verdict = judge(Story([said(account=NUMBER)], copies), [thread(heard(), replied())])

    assert (verdict.kinds, verdict.whatsapp_twice) == (set(), 1)


def test_two_replies_to_one_message_are_named() -> None:
    twice = thread(heard(), replied(), replied(turn=""))

    assert kinds(Story([said()], [taken()]), twice) == {checker.ANSWERED_TWICE}


def test_a_reply_that_overtakes_another_is_out_of_order() -> None:
    both = [heard(), replied(), heard(SECOND, 2, "turn-2"), replied(SECOND, "turn-2")]
    story = Story([said(), said(SECOND, 1)], [taken(SECOND), taken()])

    assert kinds(story, thread(*both)) == {checker.OUT_OF_ORDER}


def test_telegram_messages_that_changed_places_are_out_of_order() -> None:
    swapped = thread(heard(SECOND), heard(FIRST, 2), replied())
    story = Story([said(), said(SECOND, 1)], [taken()])

    assert kinds(story, swapped) == {checker.OUT_OF_ORDER}


def test_what_is_called_sent_must_have_been_taken() -> None:
    assert kinds(Story([said()]), thread(heard(), replied())) == {checker.NOT_SENT}


def test_the_longest_wait_is_from_the_message_to_its_reply() -> None:
    assert judge(Story([said()], [taken()]), [thread(heard(), replied())]).longest_wait == 5.5


def test_two_tickets_of_one_conversation_are_named() -> None:
    two = thread(heard(), replied(), tickets=2)

    assert kinds(Story([said()], [taken()]), two) == {checker.TICKET_TWICE}


def test_what_is_still_on_its_way_is_not_at_rest() -> None:
    going = thread(heard(), replied(state="QUEUED"), holder="QUEUED")

    assert kinds(Story([said()]), going) == {checker.NOT_AT_REST}


def test_a_missing_number_on_the_live_stream_is_a_gap() -> None:
    numbers = [Heard("acme", "epoch-1", n, is_anew=False) for n in (1, 2, 4)]

    assert kinds(Story(heard=numbers)) == {checker.LIVE_GAP}


def test_a_listener_that_is_told_to_begin_anew_misses_nothing() -> None:
    numbers = [
        Heard("acme", "epoch-1", 1, is_anew=False),
        Heard("acme", "epoch-2", 9, is_anew=True),
    ]
    after = Heard("acme", "epoch-2", 10, is_anew=False)

    assert kinds(Story(heard=[*numbers, after])) == set()


def test_a_copy_that_came_back_and_that_no_audit_log_names_is_uncounted() -> None:
    copies = [taken(token="d1.1", account=NUMBER), taken(token="d1.2", account=NUMBER)]
    story = Story([said(account=NUMBER)], copies, told={"d1.1", "d1.2"})
    thread_of = [thread(heard(), replied())]

    assert judge(story, thread_of, audited=0).kinds == {checker.UNCOUNTED}
    assert judge(story, thread_of, audited=1).kinds == set()


def test_a_copy_that_never_came_back_can_be_counted_by_nobody() -> None:
    copies = [taken(token="d1.1", account=NUMBER), taken(token="d1.2", account=NUMBER)]
    story = Story([said(account=NUMBER)], copies, told={"d1.2"})

    assert judge(story, [thread(heard(), replied())], audited=0).kinds == set()
