from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.analytics import rollup, wire
from services.analytics.cursor import Cursor
from services.analytics.story import Story
from tests.analytics.event_log import HandWrittenLog, at

DAY = timedelta(days=1)


def story_of(log: HandWrittenLog) -> Story:
    stories: dict[str, Story] = {}
    events = [wire.event_from_proto(event) for event in log.events]
    rollup.follow(Cursor(epoch="1"), stories, events)
    return stories["c1"]


def asked_and_answered() -> HandWrittenLog:
    log = HandWrittenLog()
    log.open(at("09:00"))
    log.receive(at("09:00"))
    log.reply(at("09:01"), "m1")
    return log


def test_an_answer_that_failed_was_never_given() -> None:
    log = asked_and_answered()
    log.say(at("09:30"), "m2")
    log.add("message.failed", at("09:40"), message_id="m1", author="bot", answer=True)

    story = story_of(log)

    assert story.conversation.first_answered_by == "person"
    assert story.responses["m2"].asked_at == at("09:00")
    assert story.conversation.ai_answers == 0


def test_the_only_answer_failing_leaves_the_customer_waiting_from_the_start() -> None:
    log = asked_and_answered()
    log.receive(at("09:20"))
    log.add("message.failed", at("09:40"), message_id="m1", author="bot", answer=True)

    story = story_of(log)

    assert story.conversation.waiting_since == at("09:00")
    assert not story.resolutions


def test_an_answer_that_may_have_arrived_stands() -> None:
    log = asked_and_answered()
    said: dict[str, Any] = {
        "message_id": "m1",
        "author": "bot",
        "answer": True,
        "perhaps_sent": True,
    }
    log.add("message.failed", at("09:40"), **said)

    assert "m1" in story_of(log).responses


def test_silence_makes_an_answer_a_resolution_and_a_question_back_none() -> None:
    log = asked_and_answered()
    assert story_of(log).resolutions["m1"].recorded_at == at("09:01") + DAY

    log.reply(at("09:02"), "m2", outcome="ask")
    assert not story_of(log).resolutions


def test_a_customer_who_comes_back_within_the_day_was_not_helped() -> None:
    log = asked_and_answered()
    log.receive(at("09:01") + DAY - timedelta(seconds=1))

    assert not story_of(log).resolutions


def test_a_customer_who_comes_back_later_ends_a_resolution_that_was_one() -> None:
    log = asked_and_answered()
    log.receive(at("12:00") + DAY)

    assert story_of(log).resolutions["m1"].returned_at == at("12:00") + DAY


def test_nothing_but_thanks_confirms_at_once() -> None:
    log = asked_and_answered()
    log.receive(at("09:05"))
    log.label(at("09:05:02"), intent="thanks", outcome="notice", customer_time=at("09:05"))

    story = story_of(log)

    assert story.resolutions["m1"].is_confirmed
    assert story.conversation.waiting_since is None


def test_thanks_to_a_person_confirm_no_machine() -> None:
    log = asked_and_answered()
    log.add("handover.accepted", at("09:03"), key_id="k1")
    log.say(at("09:04"), "m2")
    log.receive(at("09:05"))
    log.label(at("09:05:02"), intent="thanks", outcome="silence", customer_time=at("09:05"))

    assert not story_of(log).resolutions


def test_a_machine_resolution_ends_with_its_last_word_not_with_the_silence() -> None:
    log = asked_and_answered()
    log.add("conversation.resolved", at("09:01") + DAY, by="machine", answered=True)

    assert story_of(log).conversation.ended_at == at("09:01")


def test_only_a_person_stops_a_clock_until_the_conversation_is_given_back() -> None:
    log = asked_and_answered()
    log.receive(at("09:10"))
    log.add("ticket.opened", at("09:10"), ticket="t1", customer_time=at("09:10"),
            first_response_due=at("09:40"))  # fmt: skip
    log.reply(at("09:11"), "m2")
    assert story_of(log).clocks["t1"].stopped_at is None

    log.add("handover.released", at("09:12"), key_id="k1")
    log.receive(at("09:13"))
    log.reply(at("09:14"), "m3")
    assert story_of(log).clocks["t1"].stopped_at == at("09:14")


def test_a_handover_counts_once_however_many_events_tell_of_it() -> None:
    log = asked_and_answered()
    log.add("handover.requested", at("09:10"), cause="rule")
    log.add("handover.accepted", at("09:11"), key_id="k1")
    log.add("conversation.updated", at("09:11"), holder="person")
    stories: dict[str, Story] = {}

    _, tallies = rollup.follow(
        Cursor(epoch="1"), stories, [wire.event_from_proto(event) for event in log.events]
    )

    assert sum(n for key, n in tallies.items() if key.metric == "handovers") == 1
