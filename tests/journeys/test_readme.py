"""What the README and the contract tell people to type works as written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WRITTEN = "localhost:8000"
BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
# These fetch, stop at Ctrl-C, run this very suite, or measure for minutes.
NOT_HERE = ("git clone", "cd ", "make up", "make test", "make check", "make bench")
CONTRACT = (
    "curl http://localhost:8000/health",
    'curl -X POST http://localhost:8000/api/v1/test/test -H "Content-Type: application/json" \\\n'
    """  -d '{"message": "I need help with billing", "customer_id": "test_user", """
    """"channel": "test"}'""",
    'curl "http://localhost:8000/api/v1/analytics/dashboard?tenant_id=demo&days=7"',
    "curl http://localhost:8000/api/v1/conversations/",
    "curl http://localhost:8000/api/v1/tenants/",
    "grpcurl -plaintext localhost:8000 list",
)
# CONTRACT 6: what is listed at the edge, however it is divided into files.
SERVICES = (
    "cassava.classifier.v1.ClassifierService",
    "cassava.responder.v1.ResponderService",
    "cassava.responder.v1.KnowledgeService",
    "cassava.responder.v1.ShadowService",
    "cassava.tickets.v1.TenantService",
    "cassava.tickets.v1.ChannelService",
    "cassava.tickets.v1.AccessService",
    "cassava.tickets.v1.InboxService",
    "cassava.tickets.v1.ConversationService",
    "cassava.tickets.v1.TicketService",
    "cassava.tickets.v1.EventService",
    "cassava.tickets.v1.CustomerService",
    "cassava.analytics.v1.AnalyticsService",
    "grpc.health.v1.Health",
)


def commands() -> Iterator[str]:
    """Each command of each block of the README, continued lines joined to it."""
    for block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        for command in re.split(r"(?<!\\)\n", block):
            if command.strip() and not command.startswith("#"):
                yield command


@pytest.fixture
def shell(mesh: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    """Our tools on the path, `make demo` and alike on this mesh, and curl fails when refused."""
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ours = {"PATH": path, "CURL_HOME": str(tmp_path), "ARGS": f"--data {mesh['data']}"}
    return {**os.environ, **ours}


@pytest.mark.parametrize("command", [each for each in commands() if not each.startswith(NOT_HERE)])
def test_every_command_of_the_readme_runs_as_written(
    command: str, mesh: dict[str, Any], shell: dict[str, str]
) -> None:
    done = _run(command, mesh, shell)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def test_the_readme_says_how_to_start_and_how_to_test() -> None:
    assert {"make up", "make test"} <= set(commands())


@pytest.mark.parametrize("command", CONTRACT)
def test_what_must_keep_working_word_for_word_works(
    command: str, mesh: dict[str, Any], shell: dict[str, str]
) -> None:
    done = _run(command, mesh, shell)

    assert done.returncode == 0, done.stdout + done.stderr
    if command.startswith("curl"):
        assert isinstance(json.loads(done.stdout), dict)


def test_the_test_endpoint_answers_with_labels_a_reply_and_timings(
    mesh: dict[str, Any], shell: dict[str, str]
) -> None:
    answer = json.loads(_run(CONTRACT[1], mesh, shell).stdout)

    said = {"conversation_id", "message_id", "classification", "reply", "ticket", "handover"}
    labels = {"intent", "confidence", "urgency", "sentiment", "language", "out_of_scope"}
    assert said | {"timings_ms"} <= set(answer)
    assert labels | {"confidences", "engine"} <= set(answer["classification"])
    reply = {"text", "tier", "model", "sources", "confidence", "fallback_reason"}
    assert answer["reply"] is None or reply <= set(answer["reply"])


def test_grpcurl_lists_every_service_at_the_edge(
    mesh: dict[str, Any], shell: dict[str, str]
) -> None:
    listed = _run(CONTRACT[-1], mesh, shell).stdout.split()

    assert set(SERVICES) <= set(listed)


def _run(
    command: str, mesh: dict[str, Any], shell: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    here = command.replace(WRITTEN, mesh["edge"].removeprefix("http://"))
    return subprocess.run(  # noqa: S603 - what our own README says
        ["/bin/bash", "-c", here],
        cwd=ROOT,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
