"""Places to die: passed by everybody, deadly only to a process that was told so."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys

import pytest

from mesh import crash
from tests.architecture.sources import ROOT, files, tree

PASSES_TWICE = """
from mesh.crash import arm, crash_point
import sys
arm(sys.argv[1])
crash_point("delivery.before_send")
print("passed once", flush=True)
crash_point("delivery.before_send")
print("passed twice", flush=True)
"""


def passing(wish: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PASSES_TWICE, wish],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("wish", ["", "delivery.mid_send", "delivery.before_send:3"])
def test_a_place_that_was_not_named_is_passed(wish: str) -> None:
    assert "passed twice" in passing(wish).stdout


def test_a_process_dies_at_the_place_that_was_named() -> None:
    died = passing("delivery.before_send")

    assert (died.returncode, "passed once" in died.stdout) == (-signal.SIGKILL, False)


def test_a_process_dies_at_the_pass_that_was_named() -> None:
    died = passing("delivery.before_send:2")

    assert died.returncode == -signal.SIGKILL
    assert "passed once" in died.stdout
    assert "passed twice" not in died.stdout


def test_a_place_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="CASSAVA_CRASH_AT"):
        crash.arm("delivery.before_sent")


def test_every_place_that_can_be_named_stands_in_the_code_once() -> None:
    placed = [
        node.args[0].value
        for path in files("mesh", "services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "crash_point"
        and isinstance(node.args[0], ast.Constant)
    ]

    assert sorted(map(str, placed)) == sorted(crash.POINTS)
