"""SJ-06: what is installed is what was locked, and what is locked is looked at."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deploy.dependencies import installed
from tests.architecture.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_BIN = Path(sys.executable).parent
UV = shutil.which("uv", path=f"{_BIN}{os.pathsep}{os.environ['PATH']}")
pytestmark = pytest.mark.skipif(UV is None, reason="there is no uv here; `make setup` brings it")
_WHEEL = "probe-1-py3-none-any.whl"
_KNOWN = "CVE-2026-00001"


def uv(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the one that makes our environments
        [str(UV), *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False
    )


def locked() -> list[dict[str, Any]]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return [each for each in packages if "registry" in each["source"]]


def a_wheel(folder: Path) -> str:
    """A package of nothing; its hash."""
    metadata = "Metadata-Version: 2.1\nName: probe\nVersion: 1\n"
    tags = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / _WHEEL, "w") as wheel:
        wheel.writestr("probe.py", "")
        wheel.writestr("probe-1.dist-info/METADATA", metadata)
        wheel.writestr("probe-1.dist-info/WHEEL", tags)
        wheel.writestr("probe-1.dist-info/RECORD", "")
    return hashlib.sha256((folder / _WHEEL).read_bytes()).hexdigest()


@pytest.mark.parametrize("is_ours", [True, False])
def test_sj_06_a_file_with_another_hash_is_not_installed(tmp_path: Path, *, is_ours: bool) -> None:
    real = a_wheel(tmp_path)
    wanted = real if is_ours else "0" * 64
    (tmp_path / "locked.txt").write_text(f"probe==1 --hash=sha256:{wanted}\n")
    here = ("--offline", "--no-cache", "--no-index", "--find-links", tmp_path)

    done = uv(
        *("pip", "install", "--require-hashes", "--python", sys.executable, *here),
        *("--target", tmp_path / "to", "-r", tmp_path / "locked.txt"),
    )

    assert (done.returncode == 0) == (tmp_path / "to/probe.py").is_file() == is_ours, done.stderr


@pytest.mark.parametrize("added", ["", '\n  "probe-that-nobody-locked",'])
def test_sj_06_a_dependency_that_is_not_locked_stops_an_installation(
    tmp_path: Path, added: str
) -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(
        project.replace("\ndependencies = [", f"\ndependencies = [{added}", 1)
    )
    shutil.copy(ROOT / "uv.lock", tmp_path)

    done = uv("lock", "--check", "--offline", cwd=tmp_path)

    assert (done.returncode == 0) == (not added), done.stderr


def test_sj_06_every_file_that_is_locked_has_its_hash() -> None:
    without = [
        each["name"]
        for each in locked()
        for file in (*each.get("wheels", ()), *filter(None, [each.get("sdist")]))
        if not file["hash"].startswith("sha256:")
    ]

    assert len(locked()) > 100
    assert without == []


def test_sj_06_the_list_of_parts_is_what_is_locked() -> None:
    done = uv(
        *("export", "--locked", "--offline", "--quiet", "--preview-features", "sbom-export"),
        *("--format", "cyclonedx1.5", "--no-dev", "--extra", "tickets"),
    )
    parts = {each["name"]: each["version"] for each in json.loads(done.stdout)["components"]}
    versions = {each["name"]: each["version"] for each in locked()}

    assert set(installed("tickets")) <= parts.keys()
    assert {name: each for name, each in parts.items() if versions.get(name) != each} == {}


@pytest.mark.parametrize("known", [[], [{"id": _KNOWN, "modified": "2026-01-01T00:00:00Z"}]])
def test_sj_06_a_known_vulnerability_fails_the_audit(known: list[dict[str, str]]) -> None:
    with a_database_of_vulnerabilities(known) as url:
        done = uv(
            *("audit", "--locked", "--preview-features", "audit-command"),
            *("--service-url", url),
        )

    assert (done.returncode != 0) == bool(known), done.stderr
    assert (_KNOWN in done.stdout + done.stderr) == bool(known)


@contextmanager
def a_database_of_vulnerabilities(known: list[dict[str, str]]) -> Iterator[str]:
    """Answers as osv.dev does: the first package that is asked for has these, the others none."""

    class Osv(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            results: list[dict[str, Any]] = [{} for _ in asked["queries"]]
            if known:
                results[0] = {"vulns": known}
            self._say({"results": results})

        def do_GET(self) -> None:
            self._say({**known[0], "summary": "A hole", "affected": []})

        def _say(self, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
