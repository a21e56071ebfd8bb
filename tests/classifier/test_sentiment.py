from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.classifier.sentiment import Sentiment, feeling

if TYPE_CHECKING:
    from tests.classifier.conftest import Reader

NO_IDEA = (0.2, 0.2, 0.2, 0.2, 0.2)
BAD = {Sentiment.VERY_NEGATIVE, Sentiment.NEGATIVE}
GOOD = {Sentiment.VERY_POSITIVE, Sentiment.POSITIVE}
PLAIN = {Sentiment.NEUTRAL}


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("This is the worst service ever, I am furious!", {Sentiment.VERY_NEGATIVE}),
        ("You are thieves", {Sentiment.VERY_NEGATIVE}),
        ("I am disappointed, the parcel is late again", BAD),
        ("the food was not good", BAD),
        ("Where is my order?", PLAIN),
        ("Good morning, what are your opening hours?", PLAIN),
        ("I would like to return this jacket", PLAIN),
        ("Thank you, that works", GOOD),
        ("I absolutely love it, you are amazing!!!", {Sentiment.VERY_POSITIVE}),
        ("Votre service est inacceptable, quelle honte", BAD),
        ("C'est inadmissible, un scandale", BAD),
        ("O aplicativo trava sempre, que porcaria", BAD),
        ("the jug came cracked and leaking", BAD),
        ("Do you sell garbage bags?", PLAIN),
        ("Je suis très content, merci", GOOD),
        ("Quels sont vos horaires ?", PLAIN),
        ("O vosso serviço é péssimo", BAD),
        ("Adoro, excelente atendimento", GOOD),
        ("Huduma yenu ni mbaya sana, aibu", BAD),
        ("Asante sana, nimefurahi", GOOD),
        ("Mzigo wangu uko wapi?", PLAIN),
    ],
)
def test_a_feeling_is_heard(read: Reader, text: str, among: set[Sentiment]) -> None:
    assert read(text).feeling.sentiment in among


def test_a_negation_turns_and_softens() -> None:
    assert feeling("not bad", "en", NO_IDEA).sentiment in GOOD | PLAIN
    assert feeling("not happy", "en", NO_IDEA).sentiment in BAD


def test_the_confidence_is_a_chance() -> None:
    for text in ("terrible", "fine", "", "love love love"):
        assert 0 < feeling(text, "en", NO_IDEA).confidence <= 1
