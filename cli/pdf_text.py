"""A PDF's text as paragraphs; a PDF knows lines and places, not paragraphs or headings."""

import re
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from cli.trouble import ArticleUnreadable

_TITLE_CHARACTERS_MOST = 120
# A word cut at the end of a line; a line that goes on in the next one.
_CUT_WORD = re.compile(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])")
_GOES_ON = re.compile(r"(?<![.!?:…])\n(?=[a-zà-ÿ(])")


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    body: str


def read(file: Path) -> Document:
    """Raise `ArticleUnreadable` for what is encrypted, broken or only pictures."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise ArticleUnreadable(f"{file.name}: it is encrypted; save it without a password")
        pages = [page.extract_text() for page in reader.pages]
        said = (reader.metadata.title or "") if reader.metadata else ""
    except (PyPdfError, OSError, ValueError) as error:
        raise ArticleUnreadable(f"{file.name}: not a PDF that can be read") from error
    text = "\n\n".join(pages).replace("\r", "")
    text = _GOES_ON.sub(" ", _CUT_WORD.sub("", text)).strip()
    if not text:
        raise ArticleUnreadable(f"{file.name}: no text in it; is it scanned?")
    first_line = text.splitlines()[0].strip()
    return Document(title=said.strip() or first_line[:_TITLE_CHARACTERS_MOST], body=text)
