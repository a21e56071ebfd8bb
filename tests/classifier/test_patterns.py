"""Many patterns searched as one: what is found is what each would find."""

from __future__ import annotations

import re

import pytest

from services.classifier.patterns import any_of

_TABLE = (
    r"\b(?:lost|stole[n]?) (?:my|our) (?:card|phone)\b",
    r"\blawsuit\b|\blegal (?:action|steps)\b",
    r"\b(?:(?:re)?fund|re(?:turn|pay)) (?:it|me)\b",
    r"\b(?<!not )urgent\b",
    r"\b(?:ex)?change [)(|] now\b",
    r"\w*payment\b",
    r"^hello",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("they stole our phone", "stole our phone"),
        ("you stolen my card, a lawsuit", "stolen my card"),
        ("i will take legal steps", "legal steps"),
        ("refund me", "refund me"),
        ("fund me", "fund me"),
        ("please return it", "return it"),
        ("urgent", "urgent"),
        ("change | now", "change | now"),
        ("exchange ) now", "exchange ) now"),
        ("my repayment", "repayment"),
        ("hello, fund it", "hello"),
        ("hello again", "hello"),
    ],
)
def test_the_leftmost_of_a_table_is_found(text: str, found: str) -> None:
    match = any_of(_TABLE).search(text)

    assert match is not None
    assert match.group() == found


@pytest.mark.parametrize(
    "text", ["not urgent", "they restole our phones", "glost my card", "say hello", "refunded", ""]
)
def test_what_none_of_a_table_finds_is_not_found(text: str) -> None:
    assert any_of(_TABLE).search(text) is None
    assert not any(re.search(pattern, text) for pattern in _TABLE)
