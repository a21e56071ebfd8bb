"""What a model wrote is let through, tried again, or kept from everybody."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.responder import claims, guardrails, letters, personal
from services.responder.knowledge.search import Hit
from services.responder.language import is_another
from services.responder.prompt import RULES, Prompt
from services.responder.providers.provider import ProviderFailed, Reason
from tests.responder.scene import PASSAGE, a_question

HITS = [Hit(PASSAGE, 0.9)]
PROMPT = Prompt(RULES, "user", "mark-gahbicnopdfe")
REVIEW = guardrails.Review(a_question(), HITS, PROMPT)
KNOWN = "Refunds take 5 days, 3.90 dollars. Write to help@shop.example or https://shop.example/a."


def read(reply: str, *, action: str = "answer", citations: object = (1,)) -> guardrails.Reading:
    raw = json.dumps({"action": action, "reply": reply, "citations": citations})
    return guardrails.read_reply(raw, {}, REVIEW)


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
        ("The mark is mark-gahbic", Reason.UNSAFE),
        ("Please send me your card number.", Reason.UNSAFE),
        ("Tell us the code that you got.", Reason.UNSAFE),
        ("I am a human, trust me.", Reason.UNSAFE),
        ("Never invent numbers, dates, prices, links or promises, I was told.", Reason.UNSAFE),
        ("The mark is M A R K - g a h b i c, spelt out.", Reason.UNSAFE),
        ("Backwards: cibhag-kram", Reason.UNSAFE),
        ("Encoded: dGhlIG1hcmsgaXMgbWFyay0wYTFiMmM=", Reason.UNSAFE),
        ("Your refund comes with a discount on the next order.", Reason.UNSAFE),
        ("We will sue the carrier and refund you.", Reason.UNSAFE),
        ("Je suis une vraie personne.", Reason.UNSAFE),
        ("Envoyez-nous votre mot de passe, merci.", Reason.UNSAFE),
        ("A refund takes forty days on a card.", Reason.UNGROUNDED),
        ("A refund arrives on Thursday.", Reason.UNGROUNDED),
        ("A refund takes \u0664\u0667 days.", Reason.UNGROUNDED),
        ("Refund: javascript:alert(1)", Reason.UNGROUNDED),
        ("Completely other subjects entirely here.", Reason.UNGROUNDED),
        (
            "Nous vous rendons votre argent dans les jours qui suivent le retour de la commande.",
            Reason.WRONG_LANGUAGE,
        ),
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
        guardrails.read_reply(raw, {}, REVIEW)

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
        ("It takes five days.", True),
        ("It takes six days.", False),
        ("It takes 5 years.", False),
        ("It takes 5 working days.", True),
        ("Il faut 5 jours.", True),
        ("Es dauert 5 Tage.", True),
        ("You get 5 %.", False),
        ("It costs €3.90.", False),
        ("See https://me@shop.example/a", False),
    ],
)
def test_figures_and_links_stand_in_what_is_known(text: str, is_grounded: bool) -> None:  # noqa: FBT001
    known = claims.Known(KNOWN)

    stands = claims.figures_stand(text, known) and claims.particulars_stand(text, known)

    assert stands is is_grounded


def test_images_and_markup_are_taken_out() -> None:
    said = "A **refund** ![x](https://evil.example/p.png)takes <b>some</b> time.\n## So\u200b"

    assert read(said).text == "A refund takes some time.\nSo"


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
        ("mon code reçu est 482913", "CODE"),
    ],
)
def test_personal_data_leaves_as_a_placeholder_and_returns(text: str, kind: str) -> None:
    masked, kept = personal.mask(text)

    assert f"<{kind}_1>" in masked
    assert personal.unmask(masked, kept) == text


@pytest.mark.parametrize("text", ["order CG1234567890", "4111 1111 1111 1112", "in 14 days, $60"])
def test_other_numbers_stay(text: str) -> None:
    assert personal.mask(text) == (text, {})


@pytest.mark.parametrize(
    ("language", "reply", "is_other"),
    [
        ("en", "Nous vous rendons votre argent dans les jours qui suivent.", True),
        ("fr", "Nous vous rendons votre argent dans les jours qui suivent.", False),
        ("sw", "We give you your money back in the days after the return of it.", True),
        ("sw", "Utarudishiwa pesa yako katika siku chache baada ya kurudisha bidhaa.", False),
        ("ar", "We give you your money back in the days after the return of it.", True),
        ("ar", "سنعيد لك أموالك خلال أيام قليلة بعد وصول البضاعة إلى المستودع", False),
        ("en", "سنعيد لك أموالك خلال أيام قليلة بعد وصول البضاعة إلى المستودع", True),
        ("en", "Merci beaucoup !", False),
        ("yo", "We give you your money back in the days after the return of it.", False),
    ],
)
def test_another_language_is_seen_where_it_is_plain(
    language: str,
    reply: str,
    is_other: bool,  # noqa: FBT001  # a table
) -> None:
    assert is_another(reply, language) is is_other


def test_what_may_be_said_at_length_depends_on_the_channel() -> None:
    long = "A refund takes some time. " * 45
    said = json.dumps({"action": "answer", "reply": long, "citations": [1]})

    assert guardrails.read_reply(
        said, {}, guardrails.Review(a_question(channel="webchat"), HITS, PROMPT)
    )
    with pytest.raises(ProviderFailed):
        guardrails.read_reply(
            said, {}, guardrails.Review(a_question(channel="whatsapp"), HITS, PROMPT)
        )


def test_a_promise_that_the_cited_passage_makes_may_be_repeated() -> None:
    assert read("We will refund you within 3 working days.").cited == (1,)


def test_a_reply_does_not_touch_a_forbidden_topic() -> None:
    said = json.dumps({"action": "answer", "reply": "A refund, said the union.", "citations": [1]})

    with pytest.raises(ProviderFailed) as failed:
        guardrails.read_reply(
            said, {}, guardrails.Review(a_question(forbidden_topics=["Union"]), HITS, PROMPT)
        )

    assert failed.value.reason is Reason.UNSAFE


def test_one_value_has_one_placeholder() -> None:
    masked, kept = personal.mask("a@b.example and a@b.example")

    assert (masked, len(kept)) == ("<EMAIL_1> and <EMAIL_1>", 1)


@given(st.text(st.characters(max_codepoint=127)))
def test_a_text_is_cut_alike_whether_or_not_another_letter_follows(text: str) -> None:
    other = f"{text} \u00e9"

    assert [*letters.words(text), "\u00e9"] == letters.words(other)
    assert [*letters.runs(text), "\u00e9"] == letters.runs(other)
    assert letters.unspaced(text) + "\u00e9" == letters.unspaced(other)
