"""A reply in parts that every channel takes; nothing but blanks between them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.parts import parts_of


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_short_reply_is_one_part() -> None:
    assert parts_of(" Hello. ") == ["Hello."]
    assert parts_of("  ") == []


def test_a_cut_falls_between_sentences() -> None:
    text = "A sentence of some length. " * 300

    parts = parts_of(text)

    assert all(part.endswith(".") for part in parts)
    assert " ".join(parts) == text.strip()


@given(st.text(alphabet="ab \n.\N{PILE OF POO}\N{LATIN SMALL LETTER E WITH ACUTE}", max_size=9000))
def test_no_part_is_too_long_and_no_letter_is_lost(text: str) -> None:
    parts = parts_of(text)

    assert all(0 < units(part) <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
