"""What a library would take along is not imported, and stays importable."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def _said(program: str) -> str:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
