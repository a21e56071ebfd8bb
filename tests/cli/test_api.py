"""What the edge refuses is said to people once."""

from __future__ import annotations

from typing import Any

import pytest

from cli.api import _refused

FIELD = {"field": "shadow.tier", "description": "mistral cannot answer"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"message": "mistral cannot answer", "details": [{"field_violations": [FIELD]}]},
         "shadow.tier: mistral cannot answer"),
        ({"message": "two fields", "details": [{"field_violations": [FIELD]}]},
         "two fields; shadow.tier: mistral cannot answer"),
        ({"message": "shadow.tier: mistral cannot answer",
          "details": [{"field_violations": [FIELD]}]},
         "shadow.tier: mistral cannot answer"),
        ({"message": "no such tenant", "details": [{"reason": "TENANT_NOT_FOUND"}]},
         "no such tenant"),
        ({}, "HTTP 400"),
    ],
)  # fmt: skip
def test_a_refusal_names_its_field_and_says_nothing_twice(
    answer: dict[str, Any], said: str
) -> None:
    assert str(_refused(400, answer)) == said
