"""Cutting, merging, weighing and quoting, without any server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from services.responder import grounding
from services.responder.grounding import Decision
from services.responder.knowledge import chunk, search
from services.responder.knowledge.article import Article, Status
from services.responder.knowledge.encoded import encoded
from services.responder.knowledge.search import Hit, Matches, Signals, VectorMatch, WordMatch
from services.responder.providers import template
from services.responder.providers.knowledge import Quoting, best_run
from tests.responder.scene import PASSAGE

if TYPE_CHECKING:
    from mesh.encoder import Encoder

A, B, C = (UUID(int=n) for n in (1, 2, 3))
LANGUAGES = ("en", "fr", "pt", "sw", "es", "de", "zu", "ar")


def test_a_section_is_a_passage_under_its_heading() -> None:
    found = chunk.cut("Intro.\n\n## One\nFirst **bold**. Second.\n\n## Empty\n\n## Two\n- a\n- b")

    assert [(c.heading, c.text) for c in found] == [
        ("", "Intro."),
        ("One", "First bold. Second."),
        ("Two", "a b"),
    ]


@pytest.mark.parametrize("body", ["word " * 1000, "A short one. " * 300, "x" * 5000])
def test_no_passage_is_longer_than_the_encoder_reads(body: str) -> None:
    found = chunk.cut(body)

    assert max(len(c.text.split()) for c in found) <= chunk.MAX_WORDS
    assert "".join(c.text for c in found).replace(" ", "") == body.replace(" ", "")


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("see [the page](https://x.example)", "see the page"),
        ("![logo](a.png) text", "text"),
        ("<script>alert(1)</script>fine", "alert(1)fine"),
        ("a * b * c", "a * b * c"),
        ("snake_case_name", "snake_case_name"),
        ("*one* and _two_", "one and two"),
    ],
)
def test_markup_is_not_said(markdown: str, said: str) -> None:
    assert chunk.plain(markdown) == said


def test_sentences_end_where_they_end() -> None:
    text = "It costs $3.90 e.g. for tea. Write to a@b.example. Ready? Yes!"

    assert len(chunk.sentences(text)) == 4


def test_lists_merge_by_reciprocal_rank() -> None:
    assert search.merge([["a", "b"], ["b", "c"], ["b"]]) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("hits", "order"),
    [
        ([(0.5, 1.0), (0.55, 1.1), (0.2, 0.2)], [0, 1, 2]),
        ([(0.5, 0.5), (0.2, 0.2), (0.7, 0.7)], [2, 0, 1]),
        ([(0.44, 0.5), (0.2, 0.2), (0.46, 0.51)], [2, 0, 1]),
        ([(0.3, 0.4), (0.2, 0.2), (0.35, 0.5)], [0, 1, 2]),
        ([(0.997, 1.3), (0.2, 0.2), (0.999, 1.5)], [2, 0, 1]),
        ([(0.1, 0.1)] + [(0.0, 0.0)] * 10 + [(0.9, 0.9)], list(range(12))),
        ([], []),
    ],
)
def test_that_for_which_clearly_the_most_speaks_leads_and_so_does_enough(
    hits: list[tuple[float, float]], order: list[int]
) -> None:
    found = [search.Hit(PASSAGE, evidence, weight) for evidence, weight in hits]

    assert [found.index(hit) for hit in search.led(found, enough=0.45)] == [
        found.index(found[number]) for number in order
    ]


def test_a_question_of_its_own_outweighs_what_was_asked_before() -> None:
    before, now = Signals(0.1, 0.1, 0.0, 0.0), Signals(0.8, 0.8, 0.0, 0.0)

    assert grounding.weight([now, before], "en") > grounding.weight([before, now], "en")
    leaning = [grounding.weight(said, "en", leans=True) for said in ([now, before], [before, now])]
    assert leaning[0] < leaning[1]


def test_the_first_message_of_a_conversation_is_asked_once() -> None:
    assert search.queries(["hi"], []) == ["hi"]
    assert search.queries(["hi\0", "you"], []) == ["hi \nyou"]
    assert search.queries(["and now?"], ["I sent it"]) == ["and now?", "I sent it\nand now?"]


def test_signals_of_a_passage_that_no_list_names_are_the_weakest() -> None:
    found = Matches([WordMatch(A, 3.0, 0.5)], [VectorMatch(A, 0.8, 0.9), VectorMatch(B, 0.2, None)])

    assert search.signals(A, found) == Signals(0.8, 0.9, 0.5, 0.0)
    assert search.signals(B, found) == Signals(0.2, 0.2, 0.0, 0.0)
    assert search.signals(C, found) == Signals(0.2, 0.2, 0.0, 0.0)


def test_evidence_grows_with_each_signal_and_falls_with_the_background() -> None:
    weak, strong = Signals(0.2, 0.2, 0.1, 0.3), Signals(0.6, 0.6, 0.5, 0.3)

    assert 0 < grounding.evidence([weak], "en") < 0.5 < grounding.evidence([strong], "en") < 1
    assert grounding.evidence([Signals(0.6, 0.6, 0.5, 0.9)], "en") < best_of(strong)


def best_of(*said: Signals, **more: bool) -> float:
    return grounding.evidence(said, "en", **more)


def test_one_query_is_enough_unless_the_turn_leans_on_what_was_said() -> None:
    weak, strong = Signals(0.2, 0.2, 0.1, 0.3), Signals(0.6, 0.6, 0.5, 0.3)

    assert best_of(strong, weak) == best_of(weak, strong) == best_of(strong)
    assert best_of(strong, weak, leans=True) < 0.5 < best_of(weak, strong, leans=True)


def test_the_same_nearness_says_less_in_a_language_that_was_not_learnt() -> None:
    strong = Signals(0.6, 0.6, 0.5, 0.3)

    assert grounding.evidence([strong], "sw") < grounding.evidence([strong], "en")


@pytest.mark.parametrize(
    ("turn", "is_leaning"),
    [
        ("and who pays for it?", True),
        ("how do I do that?", True),
        ("E quanto custa?", True),
        ("Na nalipa vipi hiyo?", True),
        ("how long is the warranty?", False),
        ("Where is my order now?", False),
    ],
)
def test_a_turn_leans_that_points_or_goes_on(turn: str, *, is_leaning: bool) -> None:
    assert search.leans([turn]) is is_leaning


@pytest.mark.parametrize(
    ("evidence", "question", "threshold", "asked", "decision"),
    [
        (0.6, "where is my order", 0.0, False, Decision.ANSWER),
        (0.6, "where is my order", 0.7, False, Decision.PERSON),
        (0.4, "where is my order", 0.3, False, Decision.ANSWER),
        (0.1, "it broke", 0.0, False, Decision.ASK),
        (0.1, "it broke", 0.0, True, Decision.PERSON),
    ],
)
def test_evidence_decides(
    evidence: float,
    question: str,
    threshold: float,
    asked: bool,  # noqa: FBT001
    decision: Decision,
) -> None:
    found = grounding.decide(evidence, question, threshold=threshold, asked_back_before=asked)

    assert found is decision


async def test_sentences_kept_and_sentences_encoded_now_make_the_same_quote(
    encoder: Encoder,
) -> None:
    text = (
        "Our shop opened in 1998. It stands beside the market. Parcels leave every evening. "
        "A parcel to Mombasa takes two days. Parcels abroad take a week. We speak Swahili too."
    )
    kept = (await encoded(encoder, article(text)))[0].sentences
    quoting, question = Quoting(encoder), "How long does a parcel to Mombasa take?"

    old = await quoting.quote(question, Hit(replace(PASSAGE, text=text), 0.9))
    new = await quoting.quote(question, Hit(replace(PASSAGE, text=text, sentences=kept), 0.9))

    assert kept
    assert new == old
    assert "Mombasa takes two days" in new


async def test_a_short_passage_needs_no_vectors_of_its_sentences(encoder: Encoder) -> None:
    assert (await encoded(encoder, article("One. Two. Three.")))[0].sentences is None


def article(body: str) -> Article:
    return Article(
        *(UUID(int=1), "Parcels", body, "en", "", "parcels", Status.PUBLISHED, 1),
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_a_quote_is_a_run_around_the_best_sentence() -> None:
    parts = ["a", "b", "c", "d", "e"]

    assert best_run([0.9, 0.1, 0.1, 0.1, 0.1], parts) == ["a", "b", "c"]
    assert best_run([0.1, 0.1, 0.1, 0.1, 0.9], parts) == ["c", "d", "e"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_notice(language: str) -> None:
    said = [template.handover_notice(language), template.ask_back(language)]
    said += [template.courtesy(intent, language) for intent in ("greeting", "thanks", "goodbye")]

    assert len(set(said)) == 5
    assert language == "en" or template.handover_notice("en") not in said
