"""The console's own tests, which stand beside what they test."""

import subprocess

import pytest

from tests.console.browser import ROOT


def test_the_parts_of_the_console_do_what_their_tests_say() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / "console" / "run.sh", "test"], capture_output=True, text=True, check=False
    )

    if done.stderr.startswith("skipped"):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
