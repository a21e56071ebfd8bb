"""The smaller automaton reads every text as the identifier's own does."""

from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier, visit_counts

from services.classifier.transitions import Transitions

_TEXTS = (
    b"",
    b"x",
    b"\x00\xff",
    b"How long does a refund take to reach my card?",
    "Où est ma commande ? Elle devait arriver hier…".encode(),
    "أين طلبي؟ 我的包裹在哪里".encode(),
    bytes(n * n // 7 % 256 for n in range(5_000)),
)


@pytest.fixture(scope="module")
def full() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)


@pytest.fixture(scope="module")
def transitions(full: LanguageIdentifier) -> Transitions:
    return Transitions(full.tk_nextmove, full.tk_row, full.tk_output)


@pytest.mark.parametrize("text", _TEXTS)
def test_it_meets_the_same_features_as_often(
    full: LanguageIdentifier, transitions: Transitions, text: bytes
) -> None:
    rows = [row << 8 for row in full.tk_row]

    expected = visit_counts(full.tk_nextmove, rows, full.tk_output, text) or {}

    assert transitions.visited(text) == dict(expected)
