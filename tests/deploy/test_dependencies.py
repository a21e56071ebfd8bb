"""An image holds what its service needs, and nothing that only others need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.deploy.compose import ROOT

NOT_IN = {
    "gateway": {"asyncpg", "numpy", "onnxruntime", "scikit-learn", "mistralai", "typer"},
    "tickets": {"httpx2", "starlette", "numpy", "onnxruntime", "mistralai", "typer"},
    "classifier": {"starlette", "mistralai", "cryptography", "typer"},
    "responder": {"starlette", "uvicorn", "scikit-learn", "py3langid", "typer"},
    "analytics": {"httpx2", "starlette", "numpy", "onnxruntime", "cryptography", "typer"},
}
IN_ALL = {"grpcio", "protobuf", "opentelemetry-sdk", "prometheus-client", "redis", "structlog"}


@pytest.mark.parametrize("service", NOT_IN)
def test_an_image_installs_only_what_its_service_needs(service: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "deploy/dependencies.py", service],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    installed = set(done.stdout.partition(": ")[2].split())

    assert installed >= IN_ALL
    assert installed & NOT_IN[service] == set()
