"""The images on a real engine: they start from the compose file, answer, and stop as they should.

Needs podman and images (`make images`, and tests/deploy/stand_ins where no registry is reached);
docs/operate.md has the commands. Skipped where they are not.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.deploy import compose
from tests.deploy.compose import ROOT
from tests.deploy.containers import OPTIONS, Host, podman, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = compose.read({})
OURS = ("gateway", "worker", "tickets", "classifier", "responder", "analytics")
IMAGES = sorted({each["image"] for each in PLAIN.services.values() if "profiles" not in each})
VERY_MUCH = {  # what a service has no business with
    "gateway": ("asyncpg", "numpy", "onnxruntime", "sklearn", "mistralai", "typer"),
    "tickets": ("httpx2", "starlette", "numpy", "onnxruntime", "mistralai", "typer"),
    "classifier": ("starlette", "mistralai", "cryptography", "typer"),
    "responder": ("starlette", "uvicorn", "sklearn", "py3langid", "typer"),
    "analytics": ("httpx2", "starlette", "numpy", "onnxruntime", "cryptography", "typer"),
}
TELL = """
import importlib.util, json, os, sys
modules = sys.argv[1].split(",")
programs = ("apt-get", "dpkg", "gcc", "pip", "uv")
def may_write(folder):
    try:
        open(f"{folder}/probe", "w").close()
    except OSError:
        return False
    return True
print(json.dumps({
    "uid": os.getuid(),
    "modules": [name for name in modules if importlib.util.find_spec(name)],
    "programs": [name for name in programs if os.path.exists(f"/usr/bin/{name}")],
    "services": sorted(os.listdir("/app/services")),
    "writes": [folder for folder in ("/", "/app", "/opt/venv", "/tmp") if may_write(folder)],
}))
"""

(BACK_UP_AND_RESTORE,) = re.findall(
    r"```sh\n(docker compose exec -T postgres pg_dumpall.*?)docker compose up --wait\n```",
    (ROOT / "docs/operate.md").read_text(),
    re.S,
)

_WHY_NOT = why_not(IMAGES)
pytestmark = pytest.mark.skipif(bool(_WHY_NOT), reason=_WHY_NOT)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The whole file, from an environment that names one model."""
    folder = tmp_path_factory.mktemp("compose")
    (folder / ".env").write_text("MISTRAL_MODEL=mistral-large-latest\n")
    variables = {"MISTRAL_MODEL": "mistral-large-latest"}
    host = Host(compose.read(variables), f"cassava-test-{folder.name}", folder)
    try:
        host.start()
        host.wait_until_healthy()
        yield host
    finally:
        host.stop()


def test_everything_starts_in_order_and_says_that_it_is_well(host: Host) -> None:
    for service in (*OURS, "edge", "postgres", "valkey"):
        assert host.is_healthy(service), service


def test_a_whatsapp_message_is_answered_in_containers(host: Host) -> None:
    said = json.loads(host.script((Path(__file__).parent / "journey.py").read_text()))

    assert said["stored"] == 200
    assert said["reply"]["text"]
    assert said["reply"]["outcome"]["tier"] == "TIER_KNOWLEDGE"
    assert said["health"]["status"] == "ok"


def test_a_variable_of_the_file_reaches_the_process(host: Host) -> None:
    environment = host.exec("responder", "python", "-c", "print(open('/proc/1/environ').read())")

    assert "MISTRAL_MODEL=mistral-large-latest" in environment.split("\0")


@pytest.mark.parametrize("service", OURS)
def test_it_is_nobody_writes_nothing_and_holds_only_its_own(host: Host, service: str) -> None:
    package = "gateway" if service == "worker" else service
    told = json.loads(host.exec(service, "python", "-c", TELL, ",".join(VERY_MUCH[package])))

    assert told == {
        "uid": 10001,
        "modules": [],
        "programs": [],
        "services": ["__init__.py", "__pycache__", package],
        "writes": ["/tmp"],  # noqa: S108
    }


@pytest.mark.parametrize("service", [name for name in OURS if name != "tickets"])
def test_it_stops_cleanly_and_comes_back(host: Host, service: str) -> None:
    podman("stop", "--time", "45", host.container(service))
    assert host.inspect(service)["State"]["ExitCode"] == 0

    podman("start", host.container(service))
    host.wait_until_healthy()


def test_a_host_is_backed_up_and_restored_by_the_pages_commands(host: Host, tmp_path: Path) -> None:
    count = ("psql", "-U", "cassava", "-Atc", "SELECT count(*) FROM tickets.messages", "cassava")
    before = host.exec("postgres", *count)

    host.as_compose(BACK_UP_AND_RESTORE, tmp_path)
    for service in (*OURS, "edge"):
        podman("start", host.container(service))
    host.wait_until_healthy()

    assert host.exec("postgres", *count) == before
    assert (tmp_path / "master.key").read_text()
    assert json.loads(host.script((Path(__file__).parent / "journey.py").read_text()))["reply"]


def test_an_image_refuses_to_die_on_purpose() -> None:
    done = podman(
        *(
            "run",
            "--rm",
            *OPTIONS,
            "--network",
            "none",
            "--env",
            "CASSAVA_CRASH_AT=worker.after_claim",
        ),
        *("cassava/tickets:local",),
        check=False,
    )
    assert done.returncode == 1
    assert "CASSAVA_CRASH_AT" in done.stderr
