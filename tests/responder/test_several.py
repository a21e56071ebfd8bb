"""A turn that asks several things gets an answer to each, where each has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.type.v1 import channel_pb2

from bench.answers import QUESTIONS, measure_two_at_once, rows
from services.responder.knowledge.several import questions

if TYPE_CHECKING:
    from services.responder.knowledge.finder import Finder
    from tests.responder.api import Api
    from tests.responder.conftest import Served

RETURNS, MPESA = "How long can I return something?", "Can I pay with M-Pesa?"


@pytest.mark.parametrize(
    ("messages", "asked"),
    [
        ([RETURNS], [RETURNS]),
        ([RETURNS, MPESA], [RETURNS, MPESA]),
        ([f"Hi! {RETURNS} I live in Kisumu. {MPESA}"], [RETURNS, MPESA]),
        (
            ["how do i cancel and when do i get my money"],
            ["how do i cancel", "when do i get my money"],
        ),
        (
            ["Comment faire un retour, et qui paie le retour ?"],
            ["Comment faire un retour", "qui paie le retour ?"],
        ),
        (
            ["Posso pagar com cheque e onde encontro a fatura?"],
            ["Posso pagar com cheque", "onde encontro a fatura?"],
        ),
        (["Is salt and pepper in it?"], ["Is salt and pepper in it?"]),
        (["My parcel is late. The lamp is broken."], []),
        ([RETURNS, RETURNS], [RETURNS]),
    ],
)
def test_questions_are_told_apart(messages: list[str], asked: list[str]) -> None:
    assert questions(messages) == asked


async def test_two_questions_get_two_answers_each_with_its_source(api: Api, demo: str) -> None:
    outcome = (await api.ask(demo, f"{RETURNS} {MPESA}")).outcome

    assert "30 days" in outcome.text
    assert "M-Pesa" in outcome.text
    assert outcome.text.count("Source: ") == 2
    assert len({source.article_id for source in outcome.sources[:2]}) == 2


async def test_both_fit_into_what_the_channel_shows(api: Api, tenant: str) -> None:
    for title in ("Return lamps", "Repair kettles"):
        await api.create(
            tenant, f"# How do I {title.lower()}?\n" + f"{title} so. " * 60, title=title
        )

    asked = "How do I return lamps? How do I repair kettles?"
    outcome = (await api.ask(tenant, asked, channel=channel_pb2.CHANNEL_KIND_WHATSAPP)).outcome

    assert outcome.text.count("Source: ") == 2
    assert len(outcome.text) <= 1000


async def test_a_question_that_nothing_answers_takes_no_place(api: Api, demo: str) -> None:
    outcome = (await api.ask(demo, f"{RETURNS} Who won the game yesterday?")).outcome

    assert outcome.text.count("Source: ") <= 1


async def test_a_model_is_shown_the_passages_of_both_first(searching: Served, demo: str) -> None:
    await searching.api.ask(demo, f"{RETURNS} {MPESA}")

    (asked,) = [request.body for request in searching.mistral.requests if request.body]
    shown = asked["messages"][0]["content"].partition("<passage n=3")[0]
    assert "How long can I return something?" in shown
    assert "M-Pesa" in shown


async def test_of_two_questions_at_once_both_are_answered_more_often_than_not(
    finder: Finder, demo: str
) -> None:
    done = await measure_two_at_once(finder, demo, rows(QUESTIONS, "report"))

    assert done.both >= 0.6 * done.pairs
    assert done.wrongly <= 0.25 * done.pairs
