"""Articles from whatever a tenant has: the same fields from every kind of file."""

from pathlib import Path

import pytest

from cli.articles import Article, read, read_path
from cli.trouble import ArticleUnreadable

PAGE = """<!doctype html><html lang="fr-FR"><head><title>Aide | Retours</title>
<link rel="canonical" href="https://shop.example/retours"><style>p { color: red }</style></head>
<body><nav>Accueil</nav><h1>Retours</h1><p>Vous avez <b>30 jours</b>.</p>
<h2>Qui paie ?</h2><ul><li>Nous</li><li>Vous &amp; nous</li></ul><script>alert(1)</script>
<footer>Mentions légales</footer></body></html>"""


def a_pdf(*lines: str) -> bytes:
    """The smallest file that is one, with these lines on its only page."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    content = f"BT /F1 12 Tf 72 720 Td {shown}ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n", list[int]()
    for number, said in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, said)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    tail = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head + tail


def a_file(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_an_article_has_what_its_front_matter_says() -> None:
    front = "title: Returns\nlanguage: fr\nslug: retours\nurl: https://a.example"
    said = f"---\n{front}\n---\n\n## A\nb --- c\n"

    article = read(said, "x")

    assert (article.title, article.language, article.key) == ("Returns", "fr", "fr/retours")
    assert (article.body, article.url) == ("## A\nb --- c", "https://a.example")


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    article = read("# Returns\n\nWithin 30 days.\n\n## Who pays?\n\nWe do.", "returns", "sw")

    assert (article.title, article.slug, article.language) == ("Returns", "returns", "sw")
    assert article.body == "Within 30 days.\n\n## Who pays?\n\nWe do."


@pytest.mark.parametrize("text", ["no heading", "---\nlanguage: en\n---\nx", "---\n: [\n---\n"])
def test_an_article_without_a_title_is_named(text: str) -> None:
    with pytest.raises(ArticleUnreadable, match=r"faq\.md"):
        read(text, "faq")


def test_a_page_keeps_its_headings_and_loses_its_frame(tmp_path: Path) -> None:
    (article,) = read_path(a_file(tmp_path, "retours.html", PAGE))

    assert (article.title, article.language) == ("Retours", "fr")
    assert article.url == "https://shop.example/retours"
    assert article.body == "Vous avez 30 jours.\n\n## Qui paie ?\n\n- Nous\n- Vous & nous"


def test_a_pdf_is_read_line_by_line_into_sentences(tmp_path: Path) -> None:
    lines = ("Warranty", "Kettles are guar-", "anteed for", "two years.", "Lamps for one.")

    (article,) = read_path(a_file(tmp_path, "warranty.pdf", a_pdf(*lines)))

    assert (article.title, article.slug) == ("Warranty", "warranty")
    assert article.body == "Warranty\nKettles are guaranteed for two years.\nLamps for one."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faq.csv", "question;answer;language\nWho pays?;We do.;en\nQui paie ?;Nous.;fr\n"),
        ("faq.csv", "Title,Body,Language\nWho pays?,We do.,en\nQui paie ?,Nous.,fr\n"),
        (
            "faq.jsonl",
            '{"title": "Who pays?", "body": "We do."}\n\n'
            '{"question": "Qui paie ?", "answer": "Nous.", "language": "fr"}\n',
        ),
    ],
)
def test_each_row_of_a_table_is_an_article(tmp_path: Path, name: str, content: str) -> None:
    articles = read_path(a_file(tmp_path, name, content))

    said = [(each.title, each.body, each.language) for each in articles]
    assert said == [("Who pays?", "We do.", "en"), ("Qui paie ?", "Nous.", "fr")]
    assert len({each.slug for each in articles}) == 2


def test_a_folder_is_read_with_all_that_is_below_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    a_file(tmp_path, "a.md", "# A\n\nx")
    a_file(tmp_path / "deep", "b.htm", PAGE)
    a_file(tmp_path, "picture.png", b"\x89PNG")

    assert [each.slug for each in read_path(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.docx", b"PK", "not one of"),
        ("x.pdf", b"%PDF-1.4 broken", "not a PDF that can be read"),
        ("x.pdf", a_pdf(""), "is it scanned"),
        ("x.md", b"# \xff\xfe", "not UTF-8"),
        ("x.csv", "title,body\nOnly a title,\n", r"x\.csv, line 2"),
        ("x.jsonl", '{"title": "a", "body": "b"}\nnot json\n', r"x\.jsonl, line 2: not JSON"),
        ("x.jsonl", "[]\n", "not an object"),
        ("x.md", "# T\n\n" + "word " * 120_000, "split it"),
        ("x.csv", "slug,title,body\na,A,x\na,B,y\n", "two articles are called en/a"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    with pytest.raises(ArticleUnreadable, match=says):
        read_path(a_file(tmp_path, name, content))


def test_what_is_exported_is_imported_as_it_was() -> None:
    article = Article("retours", "Retours : qui paie ?", "fr", "## A\n\nb", "https://a.example")

    assert read(article.as_markdown(), "another-name") == article
