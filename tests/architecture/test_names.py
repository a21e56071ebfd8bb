"""A module is named after a thing of the domain, and is read in one sitting."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import CODE, ROOT, files, place, tree

SAY_NOTHING = {
    "base",
    "common",
    "constants",
    "core",
    "handlers",
    "helpers",
    "impl",
    "manager",
    "misc",
    "models",
    "types",
    "util",
    "utils",
}
MOST_LINES = 300
EVERYWHERE = (*CODE, "tests", "bench", "protos")
STATEMENT = re.compile(
    r"\s*(select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from|with\b.+\bas)\b",
    re.IGNORECASE | re.DOTALL,
)


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [
        path
        for path in files(*EVERYWHERE)
        if SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parts}
    ]

    assert named == []


def test_no_file_is_longer_than_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files(*EVERYWHERE)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }

    assert long == {}


def test_sql_is_never_put_together_with_values_in_it() -> None:
    """Values are arguments; an f-string is how one gets into the statement instead."""
    built = [
        place(path, node)
        for path in files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr) and STATEMENT.match(_words(node))
    ]

    assert built == []


def test_the_rule_sees_sql_in_an_f_string() -> None:
    (node,) = (
        node
        for node in ast.walk(ast.parse('f"SELECT a FROM b WHERE c = {value}"'))
        if isinstance(node, ast.JoinedStr)
    )

    assert STATEMENT.match(_words(node))


def _words(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values
    )
