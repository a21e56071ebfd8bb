"""Every row of the list of attacks has a test, or a reason why it has none."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.attacks.rows import EVERY, ROWS, WITHOUT, named

TESTS = Path(__file__).parents[1]
SECURITY = TESTS.parent / "docs/security.md"


def test_every_row_has_a_test_or_a_reason() -> None:
    assert sorted([*ROWS, *WITHOUT]) == sorted(EVERY)


def test_every_test_that_a_row_names_is_there() -> None:
    there = {
        f"{path.relative_to(TESTS)}::{node.name}"
        for path in {TESTS / each.partition("::")[0] for each in named()}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert named() - there == set()


def test_what_has_no_test_is_said_where_people_look() -> None:
    page = SECURITY.read_text("utf-8")

    assert [row for row in WITHOUT if row not in page] == []
