"""What is said in parts that every channel takes; nothing but blanks between them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.parts import PART_UNITS_MOST, parts_of, units, units_cut

FAMILY = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER K}\N{REGIONAL INDICATOR SYMBOL LETTER E}"
ENGLAND = "\N{WAVING BLACK FLAG}" + "".join(map(chr, (0xE0067, 0xE0062, 0xE0065, 0xE007F)))
CHARACTERS = (
    *("a", "b", " ", "\n", ".", "\N{PILE OF POO}", "\r\n", FAMILY, FLAG, ENGLAND),
    *("e\N{COMBINING ACUTE ACCENT}", "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}"),
    *("\u0915\u094d\u0937\u093f", "\u1100\u1161\u11a8", "\N{HEAVY BLACK HEART}\ufe0f"),
)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_short_reply_is_one_part() -> None:
    assert parts_of(" Hello. ") == ["Hello."]
    assert parts_of("  ") == []


def test_a_cut_falls_between_sentences() -> None:
    text = "A sentence of some length. " * 300

    parts = parts_of(text)

    assert all(part.endswith(".") for part in parts)
    assert " ".join(parts) == text.strip()


@pytest.mark.parametrize("mark", ["\n\n", "\n", ". ", " "])
def test_a_text_is_cut_where_it_breaks(mark: str) -> None:
    first, second = "a" * 3000, "b" * 3000

    assert parts_of(first + mark + second) == [(first + mark).rstrip(), second]


@given(st.text(alphabet="ab \n.\N{PILE OF POO}\N{LATIN SMALL LETTER E WITH ACUTE}", max_size=9000))
def test_no_part_is_too_long_and_no_letter_is_lost(text: str) -> None:
    parts = parts_of(text)

    assert all(0 < utf16(part) <= PART_UNITS_MOST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize("character", CHARACTERS[5:], ids=ascii)
@pytest.mark.parametrize("offset", range(12))
def test_what_reads_as_one_character_is_not_cut(character: str, offset: int) -> None:
    text = "x" * offset + character * (9000 // len(character))

    parts = parts_of(text)

    # Whatever the channel joins again: each part holds whole ones only.
    whole = ["".join(part.split()).lstrip("x") for part in parts]
    one = "".join(character.split())
    assert one == "" or all(part == one * (len(part) // len(one)) for part in whole)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=40))
def test_flags_families_and_accents_stay_whole_among_all_others(said: list[str]) -> None:
    once = "".join(said)
    for part in parts_of(once * (9000 // utf16(once))):
        assert utf16(part) <= PART_UNITS_MOST
        assert not part.startswith(("\N{COMBINING ACUTE ACCENT}", "\u200d", "\ufe0f", "\u1161"))
        assert not part.endswith(("\u200d", "\u094d"))
        assert part.count(FLAG[0]) == part.count(FLAG[1])


def test_a_single_character_without_end_is_cut_all_the_same() -> None:
    parts = parts_of("z" + "\N{COMBINING ACUTE ACCENT}" * 9000)

    assert [len(part) for part in parts] == [4096, 4096, 809]


@given(st.text(alphabet="a\N{PILE OF POO}", max_size=60), st.integers(0, 60))
def test_as_much_as_fits_is_taken(text: str, most: int) -> None:
    cut = units_cut(text, most)

    assert units(text) == utf16(text)
    assert text.startswith(cut)
    assert utf16(cut) <= most
    assert cut == text or utf16(text[: len(cut) + 1]) > most
