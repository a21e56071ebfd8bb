"""A copy of the source tree that the rig may change: shorter waits, seeded bugs, an older commit.

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

# Waits that a proof would spend its time in. A number here replaces the module's own.
HURRY = {
    "services/tickets/turns/turn.py": {"LEASE_SECONDS": 3.0},
    "services/tickets/deliveries/delivery.py": {
        "PERHAPS_SENT_WAIT_SECONDS": 4.0,
        "_BACKOFF_SECONDS": (0.3, 0.6, 1.0, 2.0, 4.0),
    },
    "services/tickets/deliveries/store.py": {"_LEASE_SECONDS": 4.0},
    "services/gateway/delivery.py": {"_ZOMBIE_SECONDS": 0.4 * 4.0, "_TELL_SECONDS": 5.0},
    "services/gateway/worker.py": {"_RENEW_SECONDS": 1.0},
    # A machine that is being hurt is slow: without passages everybody would get a person.
    "services/responder/reply.py": {"_RETRIEVAL_SECONDS": 3.0},
    "services/gateway/channels/sending.py": {"_TIMEOUTS": "httpx2.Timeout(2.5, connect=1, pool=1)"},
}


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

    def hurry(self, *, strict: bool = True) -> None:
        """Shorten the waits. An older commit may not have all of them: then not `strict`."""
        for path, constants in HURRY.items():
            for name, value in constants.items():
                self._set(path, name, value, strict=strict)

    def _set(self, path: str, name: str, value: object, *, strict: bool) -> None:
        file = self.root / path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        said, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        if count == 1:
            file.write_text(said, encoding="utf-8")
        elif strict:
            raise DoesNotFit(f"{path} has {count} lines {name} = …")


def copy_here(to: Path) -> Tree:
    """What is in the working directory, committed or not."""
    for part in _PARTS:
        shutil.copytree(ROOT / part, to / part, ignore=_LEAVE_OUT)
    return Tree(to)


def copy_of(revision: str, to: Path) -> Tree:
    """What a commit holds."""
    to.mkdir(parents=True)
    packed = subprocess.run(  # noqa: S603 - fixed words and a revision
        ["git", "-C", str(ROOT), "archive", revision, *_PARTS],  # noqa: S607 - git is on the PATH
        check=True,
        capture_output=True,
    )
    subprocess.run(["tar", "-x", "-C", str(to)], input=packed.stdout, check=True)  # noqa: S603, S607
    return Tree(to)
