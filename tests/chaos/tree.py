"""A copy of the source tree that the rig may change: a seeded bug, an older commit.

Nothing in the product knows of the rig. What a proof needs to be different is edited into a copy,
and an edit that no longer fits the source ends the run: a bug that was not seeded proves nothing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("mesh", "services", "cli", "protos/gen", "deploy")
_LEAVE_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")

# A machine that is being hurt is slow: without passages every customer would get a person, and
# nothing of what follows a reply would be proven.
_PATIENT = "services/responder/reply.py"
_PATIENCE = re.compile(r"^_RETRIEVAL_SECONDS = [\d.]+$", re.MULTILINE)


class DoesNotFit(Exception):
    """An edit's words are not in the source any more."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`old` becomes `new`, in one place of one file."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Where a process's code comes from."""

    root: Path

    @property
    def python_path(self) -> str:
        return f"{self.root}:{self.root / 'protos/gen'}"

    def edited(self, name: str, edits: list[Edit]) -> Tree:
        """Another copy beside this one, with these edits."""
        other = Tree(self.root.with_name(name))
        shutil.copytree(self.root, other.root, symlinks=True)
        for edit in edits:
            other.apply(edit)
        return other

    def apply(self, edit: Edit) -> None:
        file = self.root / edit.path
        text = file.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise DoesNotFit(f"{edit.path}: {text.count(edit.old)} times {edit.old!r}")
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def copy_here(to: Path) -> Tree:
    """What is in the working directory, committed or not."""
    for part in _PARTS:
        shutil.copytree(ROOT / part, to / part, ignore=_LEAVE_OUT)
    return _patient(Tree(to))


def copy_of(revision: str, to: Path) -> Tree:
    """What a commit holds."""
    to.mkdir(parents=True)
    packed = subprocess.run(  # noqa: S603 - fixed words and a revision
        ["git", "-C", str(ROOT), "archive", revision, *_PARTS],  # noqa: S607 - git is on the PATH
        check=True,
        capture_output=True,
    )
    subprocess.run(["tar", "-x", "-C", str(to)], input=packed.stdout, check=True)  # noqa: S603, S607
    return _patient(Tree(to))


def _patient(tree: Tree) -> Tree:
    """Whatever number stands there: an older commit's may be another."""
    file = tree.root / _PATIENT
    text, count = _PATIENCE.subn("_RETRIEVAL_SECONDS = 4.0", file.read_text(encoding="utf-8"))
    if count != 1:
        raise DoesNotFit(f"{_PATIENT}: {count} times {_PATIENCE.pattern!r}")
    file.write_text(text, encoding="utf-8")
    return tree
