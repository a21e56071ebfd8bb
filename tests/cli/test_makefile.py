"""What `make` promises."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = (
    *("up", "down", "test", "lint", "types", "protos", "check", "client", "format"),
    *("images", "render", "console", "screenshots"),
    *("migrate", "demo", "doctor", "bench", "chaos", "help"),
)


@pytest.fixture(scope="module")
def printed() -> str:
    command = ["make", "--no-print-directory", "help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_its_line_of_help(printed: str, target: str) -> None:
    assert [line for line in printed.splitlines() if line.startswith(f"make {target} ")]
