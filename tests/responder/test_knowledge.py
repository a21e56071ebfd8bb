"""Articles through the running service: kept, versioned, found, and no other tenant's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from cassava.responder.v1 import knowledge_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from mesh.postgres import Pool
    from tests.responder.api import Api

BODY = "## How long does a refund take?\nA refund takes 9 working days."


async def test_a_published_article_is_found(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY)

    found = await api.search(tenant, "how long does my refund take")

    assert [p.article_id for p in found.passages] == [article.id]
    assert found.answerable
    assert found.passages[0].text == "A refund takes 9 working days."


async def test_a_draft_is_kept_and_not_found(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY, status=pb.Article.STATUS_DRAFT)

    found = await api.search(tenant, "how long does my refund take")

    assert list(found.passages) == []
    request = pb.GetArticleRequest(tenant_id=tenant, article_id=article.id)
    assert (await api.knowledge.GetArticle(request)).article.body == BODY


async def test_a_change_replaces_every_passage(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY)
    body = "## How long does a refund take?\nA refund takes 3 working days."

    await api.knowledge.UpdateArticle(
        pb.UpdateArticleRequest(
            tenant_id=tenant,
            article_id=article.id,
            article=pb.Article(body=body, etag=article.etag),
            update_mask=FieldMask(paths=["body"]),
        )
    )
    found = await api.search(tenant, "how long does my refund take")

    assert [p.text for p in found.passages] == ["A refund takes 3 working days."]


async def test_an_old_etag_changes_nothing(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY)
    change = pb.UpdateArticleRequest(
        tenant_id=tenant, article_id=article.id, article=pb.Article(title="A", etag=article.etag)
    )
    await api.knowledge.UpdateArticle(change)
    change.request_id = str(uuid4())  # another request, not a repeat of the first

    with pytest.raises(ChangedMeanwhile) as refused:
        await api.knowledge.UpdateArticle(change)

    assert refused.value.reason == "ARTICLE_CHANGED_MEANWHILE"


async def test_an_unpublished_article_is_no_longer_found(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY)

    await api.knowledge.UpdateArticle(
        pb.UpdateArticleRequest(
            tenant_id=tenant,
            article_id=article.id,
            article=pb.Article(status=pb.Article.STATUS_DRAFT),
        )
    )

    assert list((await api.search(tenant, "refund")).passages) == []


async def test_a_removed_article_is_gone_with_its_passages(api: Api, tenant: str) -> None:
    article = await api.create(tenant, BODY)

    await api.knowledge.DeleteArticle(
        pb.DeleteArticleRequest(tenant_id=tenant, article_id=article.id)
    )

    assert list((await api.search(tenant, "refund")).passages) == []
    with pytest.raises(NotFound):
        await api.knowledge.GetArticle(
            pb.GetArticleRequest(tenant_id=tenant, article_id=article.id)
        )


async def test_an_id_is_taken_once(api: Api, tenant: str) -> None:
    name = str(uuid4())
    await api.create(tenant, BODY, id=name)

    with pytest.raises(Conflict) as refused:
        await api.create(tenant, BODY, id=name)

    assert refused.value.reason == "ARTICLE_EXISTS"


async def test_a_slug_is_one_articles_in_a_language(api: Api, tenant: str) -> None:
    first = await api.create(tenant, BODY, slug="returns")
    await api.create(tenant, BODY, slug="returns", language="fr")
    second = await api.create(tenant, BODY, slug="refunds")
    renamed = pb.Article(slug="returns", etag=second.etag)

    with pytest.raises(Conflict) as refused:
        await api.create(tenant, BODY, slug="returns")
    with pytest.raises(Conflict):
        await api.knowledge.UpdateArticle(
            pb.UpdateArticleRequest(tenant_id=tenant, article_id=second.id, article=renamed)
        )

    assert refused.value.reason == "ARTICLE_EXISTS"
    assert f"article {first.id}" in str(refused.value)


async def test_of_many_who_want_a_slug_at_once_one_has_it(api: Api, tenant: str) -> None:
    asked = (api.create(tenant, BODY, slug="returns") for _ in range(6))

    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert sorted(isinstance(each, Conflict) for each in answers) == [False] + [True] * 5


async def test_a_repeated_request_has_one_effect(api: Api, tenant: str) -> None:
    request = pb.CreateArticleRequest(
        tenant_id=tenant, article=pb.Article(title="A", body=BODY), request_id=str(uuid4())
    )

    first, second = [await api.knowledge.CreateArticle(request) for _ in range(2)]

    assert first == second
    listed = await api.knowledge.ListArticles(pb.ListArticlesRequest(tenant_id=tenant))
    assert len(listed.articles) == 1


async def test_another_tenant_finds_reads_and_changes_nothing(api: Api, tenant: str) -> None:
    article = await api.create("owner-of-it", BODY, id=str(uuid4()))

    assert list((await api.search(tenant, "how long does my refund take")).passages) == []
    with pytest.raises(NotFound):
        await api.knowledge.GetArticle(
            pb.GetArticleRequest(tenant_id=tenant, article_id=article.id)
        )
    with pytest.raises(NotFound):
        await api.knowledge.DeleteArticle(
            pb.DeleteArticleRequest(tenant_id=tenant, article_id=article.id)
        )


async def test_without_a_tenant_no_row_is_seen(pool: Pool, demo: str) -> None:
    del demo
    async with pool.transaction(None) as connection:
        counts = [
            await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608  # our names
            for table in ("articles", "chunks", "postings", "knowledge_versions")
        ]

    assert counts == [0, 0, 0, 0]


async def test_pages_hold_every_article_once(api: Api, tenant: str) -> None:
    made = {(await api.create(tenant, BODY, title=f"T{n}")).id for n in range(5)}
    seen: list[str] = []
    token = ""
    while True:
        request = pb.ListArticlesRequest(tenant_id=tenant, page_size=2, page_token=token)
        page = await api.knowledge.ListArticles(request)
        seen += [article.id for article in page.articles]
        token = page.next_page_token
        if not token:
            break

    assert (len(seen), set(seen)) == (5, made)


@pytest.mark.parametrize(
    "article", [{"title": "  "}, {"id": "not-a-uuid"}, {"language": "english"}]
)
async def test_what_no_article_can_be_is_refused(
    api: Api, tenant: str, article: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        await api.create(tenant, BODY, **article)


async def test_an_article_without_words_is_kept(api: Api, tenant: str) -> None:
    await api.create(tenant, "")

    assert list((await api.search(tenant, "refund")).passages) == []


async def test_a_stemmed_language_is_found_by_its_forms(api: Api, tenant: str) -> None:
    body = "## Remboursements\nNous remboursons votre commande en trois jours."
    article = await api.create(tenant, body, language="fr", title="Argent")

    found = await api.search(tenant, "remboursée commandes")

    assert found.passages[0].article_id == article.id


async def test_the_sizes_that_rarity_is_reckoned_from_follow_every_change(
    api: Api, tenant: str, pool: Pool
) -> None:
    first = await api.create(tenant, "# A\n\none two three\n\n# B\n\nfour five")
    await api.create(tenant, "six", title="Six")
    article = pb.Article(body="only this")
    await api.knowledge.UpdateArticle(
        pb.UpdateArticleRequest(tenant_id=tenant, article_id=first.id, article=article)
    )

    async with pool.transaction(tenant, readonly=True) as connection:
        said = await connection.fetch("SELECT chunks, words FROM sizes")
        true = await connection.fetch("SELECT count(*) AS chunks, sum(words) AS words FROM chunks")
    assert [dict(row) for row in said] == [dict(row) for row in true]
