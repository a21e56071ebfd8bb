"""The project's own Python files, as text and as trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("mesh", "services", "cli")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Hand-written ones under these folders of the root."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return tuple(sorted(path for path in found if "gen" not in path.relative_to(ROOT).parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.stmt | ast.expr) -> str:
    """Where to look, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"
