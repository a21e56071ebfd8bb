"""Markdown becomes each channel's own marks, whole and where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.parts import parts_of, units
from services.gateway.channels.telegram_payload import formatted
from services.gateway.channels.whatsapp_payload import marked


@pytest.mark.parametrize(
    ("text", "whatsapp"),
    [
        ("**Open** the app", "*Open* the app"),
        ("# Refunds\nFive days", "*Refunds*\nFive days"),
        ("see [our page](https://acme.example/a)", "see our page (https://acme.example/a)"),
        ("~~old~~ `code`", "~old~ ```code```"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("a ** b ** c", "a ** b ** c"),
    ],
)
def test_whatsapp_gets_its_own_marks(text: str, whatsapp: str) -> None:
    assert marked(text) == whatsapp


def test_trap_15_entities_are_counted_in_utf16_units() -> None:
    text, entities = formatted("😀 **Öffne** [die Seite](https://acme.example)")

    assert text == "😀 Öffne die Seite"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 5},
        {"type": "text_link", "offset": 9, "length": 9, "url": "https://acme.example"},
    ]


def test_trap_15_a_text_is_never_cut_inside_a_mark() -> None:
    text = "word " * 817 + "**bold words that stand at the cut** and more words"

    first, second = parts_of(text)

    assert second.startswith("**bold words")
    assert "*" not in first


@given(st.text(alphabet="ab *_`~[]()#\n😀é", max_size=400))
def test_every_entity_lies_inside_its_text(text: str) -> None:
    plain, entities = formatted(text)

    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= units(plain) for e in entities)


@given(st.text(alphabet="ab *_`~[]()#\n", max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    wanted = [letter for letter in text if letter in "ab"]

    assert [letter for letter in marked(text) if letter in "ab"] == wanted
    assert [letter for letter in formatted(text)[0] if letter in "ab"] == wanted
