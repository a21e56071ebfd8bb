"""Markdown with front matter."""

import pytest

from cli.articles import ArticleUnreadable, read


def test_an_article_has_what_its_front_matter_says() -> None:
    article = read("---\ntitle: Returns\nlanguage: fr\nslug: retours\n---\n\n## A\nb --- c\n", "x")

    assert (article.title, article.language, article.key) == ("Returns", "fr", "fr/retours")
    assert article.body == "## A\nb --- c"


@pytest.mark.parametrize(
    "text", ["# no front matter", "---\nlanguage: en\n---\nx", "---\n: [\n---\n"]
)
def test_an_article_without_a_title_is_named(text: str) -> None:
    with pytest.raises(ArticleUnreadable, match=r"faq\.md"):
        read(text, "faq")
