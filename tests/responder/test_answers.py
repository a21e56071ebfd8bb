"""The floors under the demo knowledge base: what `bench/answers.py` measures, in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.answers import QUESTIONS, demo_articles, measure_demo, rows

if TYPE_CHECKING:
    from services.responder.knowledge.finder import Finder


async def test_unseen_questions_get_the_right_article_or_none(finder: Finder, demo: str) -> None:
    done = await measure_demo(finder, demo, rows(QUESTIONS, "report"))

    assert done.right_share >= 0.80
    assert done.let_through_share <= 0.20
    assert done.separation >= 0.85


async def test_another_language_gets_its_article_or_a_person_more_often_than_a_wrong_answer(
    finder: Finder, demo: str
) -> None:
    done = await measure_demo(finder, demo, rows(QUESTIONS, "foreign"))

    assert done.wrong <= 1
    assert done.right_share >= 0.75
    assert done.let_through_share <= 0.40


def test_the_questions_name_articles_that_exist() -> None:
    named = {row["article"] for row in rows(QUESTIONS) if row["article"]}

    assert named == {article.slug for article in demo_articles()}
