"""Where a reply leads: links, mail, hosts, handles; whether it may lead there (pure)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.responder.disguise import folded
from services.responder.marked import Marked

if TYPE_CHECKING:
    from collections.abc import Sequence

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]*://|www\.|javascript:|data:|vbscript:|sms:|tel:)[^\s)>\]\"']+", re.I
)
_RUNS_CODE = re.compile(r"(?:java|vb)script:|data:", re.I)  # no source makes these good
_HOST = re.compile(
    r"(?<![@\w.-])(?:[a-z0-9][\w-]*\.)+(?:[a-z]{2,}(?=[/:]\w)|com|net|org|info|biz|io|co|me|ly|gg|to"
    r"|app|dev|ai|link|xyz|shop|store|site|online|top|click|live|support|help|example|test|africa"
    r"|k[er]|n[gl]|z[am]|tz|ug|rw|et|gh|sn|cm|ci|eg|ma|de|fr|pt|br|es|it|uk|us|eu|ru|cn|in)"
    r"(?![\w-])(?:[/:][^\s)>\]\"']*)?"
)
# Any other end of a name than those: no space after its stop, and a small letter.
_DOTTED_NAME = re.compile(
    r"(?<![\w.@-])[^\W_][\w-]+(?:\.(?!(?:pdf|jpe?g|png|csv|docx?|xlsx?|txt)\b)[a-z][a-z-]+)+"
    r"(?![\w-])(?:[/:][^\s)>\]\"']*)?"
)
_SPOKEN_HOST = Marked.of(
    "hxxp|dot|punkt|point|ponto|punto|nukta|[.]|\u3002|\uff61| .|,com|,net|,org|,io",
    r"\bhxxps?\b|\b(?:dot|punkt|point|ponto|punto|nukta)\b\W{0,3}(?:com|net|org|co|io|me|ly|ke|example)\b"
    r"|\[\.\]|\(dot\)|[a-z][\u3002\uff61][a-z]{2}|\w \. ?(?:com|net|org|io)\b"
    r"|\w,(?:com|net|org|io)\b",
)
_DOTTED = re.compile(r"\.[a-z]")
_HANDLE = re.compile(r"@(?<![\w.]@)\w{3,}")


def addresses_stand(text: str, known: str, allowed_hosts: Sequence[str] = ()) -> bool:
    """Links, mail, hosts and handles: what leads somewhere."""
    if _may_link(text):
        if not all(_is_known_link(url, known, allowed_hosts) for url in _URL.findall(text)):
            return False
        text = _URL.sub(" ", text)
    if "@" in text:
        if not _mails(text) <= _mails(known):
            return False
        text = _EMAIL.sub(" ", text)
    return _hosts_stand(text, known, allowed_hosts)


def without_addresses(text: str) -> str:
    """Links and mail are letters in no order, and are judged by themselves."""
    text = _URL.sub(" ", text) if _may_link(text) else text
    return _EMAIL.sub(" ", text) if "@" in text else text


def _may_link(text: str) -> bool:
    """No link without one of these."""
    return ":" in text or "www" in text.lower()


def _mails(text: str) -> set[str]:
    return {mail.lower() for mail in _EMAIL.findall(text)} if "@" in text else set()


def _hosts_stand(text: str, known: str, allowed_hosts: Sequence[str]) -> bool:
    """Names that a messenger makes a link of, or a reader: without a scheme, or spoken."""
    seen = folded(text)
    if _SPOKEN_HOST.search(seen):
        return False
    named = _HANDLE.findall(seen)
    if _DOTTED.search(seen):
        as_written = text if text.isascii() else unicodedata.normalize("NFKC", text)
        named += _HOST.findall(seen) + folded("\n".join(_DOTTED_NAME.findall(as_written))).split()
    if not named:
        return True
    known_text = folded(known)
    return all(
        _stands(name, known_text) or name.partition("/")[0].partition(":")[0] in allowed_hosts
        for name in named
    )


def _stands(said: str, known: str) -> bool:
    """Whole: "pay.co" does not stand in "pay.community.org"."""
    return bool(re.search(rf"(?<![\w-]){re.escape(said)}(?![\w-]|\.\w)", known))


def _is_known_link(url: str, known: str, allowed_hosts: Sequence[str]) -> bool:
    shown = url.rstrip(".,;:!?")
    if _RUNS_CODE.match(shown):
        return False
    if _stands(shown, known):
        return True
    parts = urlsplit(shown if "//" in shown else f"//{shown}")
    is_web = parts.scheme in {"", "http", "https"} and "@" not in parts.netloc
    return is_web and parts.hostname in allowed_hosts
