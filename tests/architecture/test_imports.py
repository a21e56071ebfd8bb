"""Who may know whom, where import-linter's contracts are too coarse."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.sources import CODE, ROOT, files, place, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

# Stubs and servicer bases: where a service speaks, calls, or is put together.
SPEAK = {"servicer.py", "peers.py", "__main__.py", "composition.py"}
ACCESS = {ROOT / "mesh" / name for name in ("access.py", "keys.py")}


def test_only_those_who_speak_or_call_know_the_stubs() -> None:
    strangers = [
        place(path, node)
        for path in files("mesh", "services")
        if path.name not in SPEAK and path not in ACCESS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.stmt) and any(map(_is_stub, _imported(node)))
    ]

    assert strangers == []


def test_nothing_is_imported_inside_a_function() -> None:
    """What a module needs stands at its top; a cycle is a wrong wall, not a late import."""
    late = [
        place(path, inner)
        for path in files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert late == []


def test_settings_are_read_once_where_a_process_begins() -> None:
    elsewhere = [
        place(path, node)
        for path in files("mesh", "services")
        if path.name != "__main__.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and _name(node.func).endswith("Settings")
    ]

    assert elsewhere == []


def test_every_wall_of_the_import_contracts_stands() -> None:
    program = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool

    assert done.returncode == 0, done.stdout


def _imported(node: ast.AST) -> Iterator[str]:
    """Whole names: `from a.b import c` is a.b.c."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_stub(name: str) -> bool:
    return name.startswith("cassava.") and "_pb2_grpc" in name


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
