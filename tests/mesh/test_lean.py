"""What a library would take along is not imported, and stays importable."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mesh.lean import unwritten_code

_UNUSED = {"rich", "psutil", "opentelemetry", "ollama", "aiohttp", "mistralai"}
_SERVICES = ("gateway", "tickets", "classifier", "responder", "analytics")


@pytest.mark.parametrize("service", _SERVICES)
def test_a_service_loads_no_helper_that_it_never_uses(service: str) -> None:
    program = f"import sys, services.{service}.__main__\nprint(*{_UNUSED} & set(sys.modules))"

    assert _said(program) == ""


def test_what_was_hidden_can_be_imported_afterwards() -> None:
    program = (
        "import mesh.logs, mesh.valkey, rich.console, opentelemetry.sdk.trace, sys\n"
        "print(rich.console.Console.__name__)"
    )

    assert _said(program) == "Console"


def test_what_was_there_before_stays() -> None:
    program = (
        "import rich, mesh.lean, sys\n"
        "with mesh.lean.without('rich'): pass\n"
        "print(sys.modules['rich'] is rich)"
    )

    assert _said(program) == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets code go")
def test_what_starting_ran_is_given_back_and_runs_again() -> None:
    program = """
import hashlib, ssl, sqlite3
from pathlib import Path
from mesh.lean import give_back

def resident() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssFile"))

before = resident()
give_back()
after = resident()
ssl.create_default_context(), sqlite3.connect(":memory:").execute("select 1").fetchone()
print(after < before, hashlib.sha256(b"x").hexdigest()[:8])
"""
    assert _said(program) == "True 2d711642"


def test_code_that_was_written_is_kept() -> None:
    smaps = [
        "1000-2000 r-xp 00000000 fe:00 7   /lib/clean.so\n",
        "Anonymous:             0 kB\n",
        "2000-3000 r-xp 00000000 fe:00 8   /lib/relocated.so\n",
        "Anonymous:             4 kB\n",
        "3000-4000 r--p 00000000 fe:00 7   /lib/clean.so\n",
        "Anonymous:             0 kB\n",
        "4000-5000 r-xp 00000000 00:00 0   [vdso]\n",
        "Anonymous:             0 kB\n",
        "5000-6000 rwxp 00000000 fe:00 9   /lib/odd.so\n",
        "Anonymous:             0 kB\n",
    ]

    assert list(unwritten_code(smaps)) == [(0x1000, 0x2000)]


def _said(program: str) -> str:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
