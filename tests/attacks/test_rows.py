"""docs/security.md names a test for each row of the list of attacks, and the tests are there."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import TypeAlias

import pytest

TESTS = Path(__file__).parents[1]
SECURITY = TESTS.parent / "docs/security.md"
LIST = TESTS.parents[1] / "shared/design/ASSURANCE.md"
# Whoever asks for one of these stands before Envoy.
_EDGES = {"front", "mesh"}
_ROW = re.compile(r"^\| (S[A-J]-\d\d) \|", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def rows() -> dict[str, tuple[str, str, str]]:
    """What is tried, through the edge, and at another door."""
    lines = [line for line in SECURITY.read_text("utf-8").splitlines() if _ROW.match(line)]
    cells = [[each.strip() for each in line.strip("|").split(" | ")] for line in lines]
    return {row: (tried, edge, door) for row, tried, edge, door in cells}


def named_in(cell: str) -> list[tuple[str, str]]:
    return _TEST.findall(cell)


@functools.cache
def functions_of(path: Path) -> dict[str, Function]:
    if not path.is_file():
        return {}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name: each for each in ast.parse(path.read_text()).body if isinstance(each, kinds)}


def goes_through_the_edge(file: str, name: str) -> bool:
    """Whether a test, or a fixture that it asks for, asks for the edge."""
    path = TESTS / file
    near = (TESTS / "conftest.py", path.parent / "conftest.py", path)
    known = {key: each for place in near for key, each in functions_of(place).items()}
    asked, looked_at = {name}, set[str]()
    while asked - looked_at:
        looked_at |= (now := asked - looked_at)
        for each in now & known.keys():
            asked |= {one.arg for one in known[each].args.args}
    return bool(asked & _EDGES)


def test_every_row_is_once_in_the_table() -> None:
    found = _ROW.findall(SECURITY.read_text("utf-8"))

    assert len(found) == len(set(found)) == len(rows())


def test_no_row_of_the_list_is_missing() -> None:
    if not LIST.is_file():
        pytest.skip("the list of attacks is not beside this checkout (../shared/design)")

    assert sorted(rows()) == sorted(set(_ROW.findall(LIST.read_text("utf-8"))))


def test_every_row_has_a_test_at_the_edge_or_says_at_which_door() -> None:
    without = [row for row, (_, edge, door) in rows().items() if not named_in(edge + door)]
    unsaid = [row for row, (_, edge, door) in rows().items() if not edge and door.startswith("`")]

    assert (without, unsaid) == ([], [])


def test_every_test_that_a_row_names_is_there() -> None:
    named = {each for cells in rows().values() for each in named_in(" ".join(cells))}

    assert [f"{file}::{name}" for file, name in sorted(named) if name not in functions_of(TESTS / file)] == []  # fmt: skip  # noqa: E501


def test_what_is_said_to_go_through_the_edge_does() -> None:
    named = {each for _, edge, _ in rows().values() for each in named_in(edge)}

    assert [f"{file}::{name}" for file, name in sorted(named) if not goes_through_the_edge(file, name)] == []  # fmt: skip  # noqa: E501
