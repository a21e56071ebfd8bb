"""What customers asked and no article answered; and articles proposed from what people answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from cassava.responder.v1 import knowledge_pb2 as pb
from cassava.responder.v1 import responder_pb2

from mesh.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tests.responder.api import Api

WEATHER = "What will the weather be like in Nairobi tomorrow?"
UTTERANCE = responder_pb2.Utterance
CUSTOMER, BOT, PERSON = (
    responder_pb2.SPEAKER_CUSTOMER,
    responder_pb2.SPEAKER_BOT,
    responder_pb2.SPEAKER_PERSON,
)


async def ask(api: Api, tenant: str, text: str, conversation: str = "") -> None:
    await api.ask(tenant, text, conversation_id=conversation or str(uuid.uuid4()))


async def unanswered(api: Api, tenant: str, **request: object) -> list[pb.UnansweredQuestion]:
    asked = pb.ListUnansweredQuestionsRequest(tenant_id=tenant, **request)  # type: ignore[arg-type]  # its own fields
    return list((await api.knowledge.ListUnansweredQuestions(asked)).questions)


async def test_the_question_asked_most_comes_first(api: Api, tenant: str) -> None:
    await ask(api, tenant, "Who is the president of the moon?")
    await ask(api, tenant, WEATHER)
    await ask(api, tenant, WEATHER.upper())

    found = await unanswered(api, tenant)

    assert [each.conversations for each in found] == [2, 1]
    assert found[0].question.casefold() == WEATHER.casefold()


async def test_a_conversation_counts_once(api: Api, tenant: str) -> None:
    conversation = str(uuid.uuid4())
    await ask(api, tenant, WEATHER, conversation)
    await ask(api, tenant, WEATHER, conversation)

    assert [each.conversations for each in await unanswered(api, tenant)] == [1]


async def test_what_is_a_customers_own_is_not_kept(api: Api, tenant: str) -> None:
    await ask(api, tenant, "I am ann@mail.example, will it rain on my wedding day or not?")

    (found,) = await unanswered(api, tenant)

    assert "<EMAIL_1>" in found.question
    assert "ann@" not in found.question


async def test_a_draft_for_nobody_leaves_no_question(api: Api, tenant: str) -> None:
    await api.ask(tenant, WEATHER)

    assert await unanswered(api, tenant) == []


async def test_what_has_no_words_asks_nothing(api: Api, tenant: str) -> None:
    await ask(api, tenant, "…")
    await ask(api, tenant, "-1.28, 36.82")

    assert await unanswered(api, tenant) == []


async def test_an_answered_question_is_no_gap(api: Api, demo: str) -> None:
    await ask(api, demo, "How long does a refund take?")

    assert not any("refund" in each.question for each in await unanswered(api, demo))


async def test_a_dismissed_question_is_off_the_list_until_it_is_asked_again(
    api: Api, tenant: str
) -> None:
    await ask(api, tenant, WEATHER)
    (found,) = await unanswered(api, tenant)
    dismiss = pb.DismissUnansweredQuestionRequest(tenant_id=tenant, question_id=found.id)

    await api.knowledge.DismissUnansweredQuestion(dismiss)

    assert await unanswered(api, tenant) == []
    await ask(api, tenant, WEATHER)
    assert [each.id for each in await unanswered(api, tenant)] == [found.id]


async def test_what_was_never_asked_cannot_be_dismissed(api: Api, tenant: str) -> None:
    other = pb.DismissUnansweredQuestionRequest(tenant_id=tenant, question_id=str(uuid.uuid4()))

    with pytest.raises(NotFound) as refused:
        await api.knowledge.DismissUnansweredQuestion(other)

    assert refused.value.reason == "QUESTION_NOT_FOUND"


async def test_a_forgotten_conversation_takes_its_questions_along(api: Api, tenant: str) -> None:
    conversation = str(uuid.uuid4())
    await ask(api, tenant, WEATHER, conversation)
    await ask(api, tenant, WEATHER)

    await api.knowledge.ForgetConversations(
        pb.ForgetConversationsRequest(tenant_id=tenant, conversation_ids=[conversation])
    )

    assert [each.conversations for each in await unanswered(api, tenant)] == [1]


async def test_pages_hold_every_question_once(api: Api, tenant: str) -> None:
    for number in range(5):
        await ask(api, tenant, f"Will it rain on day {number} of the festival in the desert?")

    seen, token = list[str](), ""
    while True:
        asked = pb.ListUnansweredQuestionsRequest(tenant_id=tenant, page_size=2, page_token=token)
        page = await api.knowledge.ListUnansweredQuestions(asked)
        seen += [each.id for each in page.questions]
        if not (token := page.next_page_token):
            break

    assert len(seen) == len(set(seen)) == 5


async def propose(api: Api, tenant: str, *said: responder_pb2.Utterance) -> pb.Article:
    request = pb.ProposeArticleRequest(tenant_id=tenant, conversation=said)
    return (await api.knowledge.ProposeArticle(request)).article


async def test_an_article_is_proposed_in_the_words_of_the_person_who_answered(
    api: Api, tenant: str
) -> None:
    article = await propose(
        api,
        tenant,
        UTTERANCE(speaker=CUSTOMER, text="Hello. My kettle is full of lime. How do I descale it?"),
        UTTERANCE(speaker=BOT, text="A person will answer you."),
        UTTERANCE(speaker=PERSON, text="Hi Ann! Boil half a litre of water with vinegar twice."),
        UTTERANCE(speaker=PERSON, text="Write to joe@shop.example if it still smells after that."),
        UTTERANCE(speaker=CUSTOMER, text="Great, thanks"),
    )

    assert article.title == "How do I descale it?"
    assert article.body == (
        "Boil half a litre of water with vinegar twice.\n\n"
        "Write to [email] if it still smells after that."
    )
    assert article.status == pb.Article.STATUS_DRAFT


async def test_a_proposal_is_not_found_until_it_is_published(api: Api, tenant: str) -> None:
    article = await propose(
        api,
        tenant,
        UTTERANCE(speaker=CUSTOMER, text="How do I descale my kettle?"),
        UTTERANCE(speaker=PERSON, text="Boil half a litre of water with vinegar twice."),
    )
    before = await api.search(tenant, "How do I descale my kettle?")

    published = pb.Article(status=pb.Article.STATUS_PUBLISHED)
    await api.knowledge.UpdateArticle(
        pb.UpdateArticleRequest(tenant_id=tenant, article_id=article.id, article=published)
    )

    assert list(before.passages) == []
    assert (await api.search(tenant, "How do I descale my kettle?")).passages[0].article_id


async def test_without_a_persons_answer_there_is_nothing_to_learn(api: Api, tenant: str) -> None:
    with pytest.raises(Conflict) as refused:
        await propose(
            api,
            tenant,
            UTTERANCE(speaker=CUSTOMER, text="How do I descale my kettle?"),
            UTTERANCE(speaker=BOT, text="A person will answer you."),
        )

    assert refused.value.reason == "NOTHING_TO_LEARN"
