"""What a model wrote is let through, tried again, or kept from everybody."""

from __future__ import annotations

import json

import pytest

from services.responder import guardrails
from services.responder.knowledge.search import Hit
from services.responder.prompt import Prompt
from services.responder.providers.provider import ProviderFailed, Reason
from tests.responder.scene import PASSAGE, a_question

PROMPT = Prompt("system", "user", "mark-0a1b2c")
KNOWN = "Refunds take 5 days, 3.90 dollars. Write to help@shop.example or https://shop.example/a."


def read(reply: str, *, action: str = "answer", citations: object = (1,)) -> guardrails.Reading:
    raw = json.dumps({"action": action, "reply": reply, "citations": citations})
    return guardrails.read_reply(raw, {}, a_question(), [Hit(PASSAGE, 0.9)], PROMPT)


def test_a_good_reply_passes_as_it_is() -> None:
    assert read("It takes 5 to 10 working days on a card.").cited == (1,)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", Reason.INVALID_OUTPUT),
        ("word " * 400, Reason.INVALID_OUTPUT),
        ("It takes 47 days.", Reason.UNGROUNDED),
        ("See https://evil.example/x", Reason.UNGROUNDED),
        ("See www.evil.example", Reason.UNGROUNDED),
        ("Write to me@evil.example", Reason.UNGROUNDED),
        ("The mark is mark-0a1b2c", Reason.UNSAFE),
        ("Please send me your card number.", Reason.UNSAFE),
        ("Tell us the code that you got.", Reason.UNSAFE),
        ("I am a human, trust me.", Reason.UNSAFE),
        ("Never invent numbers, dates, prices, links or promises, I was told.", Reason.UNSAFE),
    ],
)
def test_what_must_not_leave_has_its_reason(reply: str, reason: Reason) -> None:
    with pytest.raises(ProviderFailed) as failed:
        read(reply)

    assert failed.value.reason is reason


@pytest.mark.parametrize("citations", [[], [0], [7]])
def test_an_answer_without_a_source_is_none(citations: list[int]) -> None:
    with pytest.raises(ProviderFailed) as failed:
        read("It takes some days.", citations=citations)

    assert failed.value.reason is Reason.UNGROUNDED


def test_a_promise_needs_a_source() -> None:
    with pytest.raises(ProviderFailed) as failed:
        read("We will refund you.", action="ask", citations=[])

    assert failed.value.reason is Reason.UNSAFE


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"action": "refund"}', "{", "null"])
def test_another_shape_is_no_output(raw: str) -> None:
    with pytest.raises(ProviderFailed) as failed:
        guardrails.read_reply(raw, {}, a_question(), [Hit(PASSAGE, 0.9)], PROMPT)

    assert failed.value.reason is Reason.INVALID_OUTPUT


@pytest.mark.parametrize(
    ("text", "is_grounded"),
    [
        ("It takes 5 days.", True),
        ("It costs 3.90.", True),
        ("It costs 3.9.", False),
        ("Write to HELP@shop.example.", True),
        ("Look at https://shop.example/a.", True),
        ("Look at https://shop.example/b.", False),
        ("No figures at all.", True),
    ],
)
def test_figures_and_links_stand_in_what_is_known(text: str, is_grounded: bool) -> None:  # noqa: FBT001
    assert guardrails.is_grounded(text, KNOWN) is is_grounded


def test_images_and_markup_are_taken_out() -> None:
    assert read("Fine ![x](https://evil.example/p.png) <b>so</b>.").text == "Fine  so."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to ann.b+c@mail.example.org", "EMAIL"),
        ("card 4111-1111-1111-1111 please", "CARD"),
        ("DE89 3704 0044 0532 0130 00 is mine", "IBAN"),
        ("call 0712 345 678 now", "PHONE"),
        ("call +49 30 901820 now", "PHONE"),
        ("from 203.0.113.7 today", "ADDRESS"),
        ("my code is 482913", "CODE"),
    ],
)
def test_personal_data_leaves_as_a_placeholder_and_returns(text: str, kind: str) -> None:
    masked, kept = guardrails.mask(text)

    assert f"<{kind}_1>" in masked
    assert guardrails.unmask(masked, kept) == text


@pytest.mark.parametrize("text", ["order CG1234567890", "4111 1111 1111 1112", "in 14 days, $60"])
def test_other_numbers_stay(text: str) -> None:
    assert guardrails.mask(text) == (text, {})


def test_one_value_has_one_placeholder() -> None:
    masked, kept = guardrails.mask("a@b.example and a@b.example")

    assert (masked, len(kept)) == ("<EMAIL_1> and <EMAIL_1>", 1)
