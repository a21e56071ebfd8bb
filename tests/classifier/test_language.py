from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from services.classifier.language import IDENTIFIED, PLATFORM_LANGUAGES, identifier

if TYPE_CHECKING:
    from services.classifier.language import Languages

SENTENCES = Path(__file__).parents[3] / "shared" / "datasets" / "langid" / "sentences.csv"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order?", "en"),
        ("hi", "en"),
        ("refund", "en"),
        ("I forgot my pasword", "en"),
        ("Bonjour", "fr"),
        ("Merci", "fr"),
        ("Je n'arrive pas à me connecter à mon compte", "fr"),
        ("Obrigado", "pt"),
        ("Bom dia, onde está a minha encomenda?", "pt"),
        ("Gracias", "es"),
        ("¿Dónde está mi pedido?", "es"),
        ("Danke", "de"),
        ("Wo ist meine Bestellung?", "de"),
        ("Habari", "sw"),
        ("Asante sana", "sw"),
        ("Nataka kurudishiwa pesa zangu", "sw"),
        ("Sawubona", "zu"),
        ("Ngicela usizo nge-akhawunti yami", "zu"),
        ("أين طلبي؟", "ar"),
    ],
)
def test_a_short_message_has_its_language(languages: Languages, text: str, language: str) -> None:
    assert languages.spoken(text).language == language


def test_a_word_that_several_languages_know_follows_the_conversation(
    languages: Languages,
) -> None:
    assert languages.spoken("ok", prior="sw").language == "sw"
    assert languages.spoken("12345", prior="pt").language == "pt"
    assert languages.spoken("", prior="fr").language == "fr"


def test_a_sentence_outweighs_the_conversation(languages: Languages) -> None:
    text = "I have been waiting for my parcel since last Monday"

    assert languages.spoken(text, prior="sw").language == "en"


def test_only_the_tenants_languages_are_answered(languages: Languages) -> None:
    assert languages.spoken("Wo ist meine Bestellung?", ["en", "fr"]).language in {"en", "fr"}
    assert languages.spoken("hello", ["tn"]).language == "tn"  # one the identifier never saw


def test_a_text_is_read_as_the_published_identifier_reads_it() -> None:
    published = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    published.set_languages(set(IDENTIFIED) & set(published.labels))
    ours = identifier()

    for text in (
        "Where is my order?",
        "WO IST SIE",
        "cafe\u0301 crème",
        "أين طلبي؟",
        "\ud83d",
        "7",
        "",
    ):
        chances = dict(zip(ours.languages, ours.chances(text), strict=True))
        assert chances == pytest.approx(dict(published.rank(text)), abs=1e-4), text


@pytest.mark.skipif(not SENTENCES.exists(), reason="../shared/datasets/langid is not there")
def test_of_real_sentences_nearly_all_have_their_language(languages: Languages) -> None:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    known = [(a, b) if a in PLATFORM_LANGUAGES else (b, a) for a, b in rows
             if a in PLATFORM_LANGUAGES or b in PLATFORM_LANGUAGES]  # fmt: skip

    right = [languages.spoken(text).language == code for code, text in known[::4]]

    assert sum(right) >= 0.97 * len(right)
