"""What an import says it did."""

from __future__ import annotations

from cli.api import Api
from cli.articles import Article
from cli.importing import import_articles
from tests.providers import meta


async def test_articles_that_are_written_beside_each_other_are_all_counted() -> None:
    articles = [Article(f"a{number}", f"Article {number}", "en", "Words.") for number in range(4)]
    async with meta.serving() as edge:
        edge.answers = [(200, {"article": {}})] * len(articles)
        async with Api(edge.url) as api:
            done = await import_articles(api, "acme", articles)

    assert (done.articles, done.written) == (4, 4)
