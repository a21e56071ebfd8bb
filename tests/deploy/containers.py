"""docker-compose.yml on this machine with podman: its own containers on one private loopback.

Podman's health timers need systemd, so we ask ourselves; one network namespace stands for both
networks of the file, so that nothing of the machine is touched and no port can be taken.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.deploy.compose import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.deploy.compose import Compose

ENGINE = shlex.split(os.environ.get("CASSAVA_ENGINE", "podman"))
OPTIONS = shlex.split(os.environ.get("CASSAVA_RUN_OPTIONS", ""))
_FIRST_OPS_PORT = 9100
_START_SECONDS = 120.0
_LOOK_SECONDS = 0.5


def why_not(images: list[str]) -> str:
    """Why containers cannot be run here, in words for a skip; empty when they can."""
    if shutil.which(ENGINE[0]) is None:
        return f"{ENGINE[0]} is not installed"
    for image in images:
        if podman("image", "exists", image, check=False).returncode != 0:
            return f"there is no image {image}: make images, tests/deploy/stand_ins"
    probe = ("run", "--rm", *OPTIONS, "--network", "none", "--entrypoint", "true", images[0])
    if (tried := podman(*probe, check=False)).returncode != 0:
        return f"the engine starts no container here: {tried.stderr.strip()[:200]}"
    return ""


def podman(
    *words: str, check: bool = True, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - the engine, our own words
        [*ENGINE, *words], input=stdin, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done


class Host:
    """The services of a compose file; `prefix` keeps ours apart from everybody's."""

    def __init__(self, compose: Compose, prefix: str, folder: Path) -> None:
        self._compose = compose
        self._prefix = prefix
        self._up: list[str] = []
        self.services = [name for name, each in compose.services.items() if "profiles" not in each]

        # The names that Docker's resolver would answer.
        self._hosts = folder / "hosts"
        self._hosts.write_text(
            "".join(f"127.0.0.1 {name}\n" for name in ("localhost", *compose.services))
        )

    def container(self, service: str) -> str:
        return f"{self._prefix}-{service}"

    def start(self) -> None:
        """Everything without a profile, each after what it waits for."""
        podman(*self._run("net", ["--network", "none", "--entrypoint", "sleep"]),
               self._image("gateway"), "infinity")  # fmt: skip
        for service in self._in_order():
            self._up.append(service)
            self._start(service)

    def stop(self) -> None:
        """In the reverse order; then nothing of ours is left."""
        for service in reversed(self._up):
            podman("stop", "--time", "60", self.container(service), check=False)
        for name in (*self._up, "net"):
            podman("rm", "--force", "--time", "0", self.container(name), check=False)
        podman("volume", "rm", *(f"{self._prefix}-{name}" for name in self._compose.volumes),
               check=False)  # fmt: skip

    def exec(self, service: str, *words: str) -> str:
        return podman("exec", self.container(service), *words).stdout

    def as_compose(self, commands: str, folder: Path) -> None:
        """Lines of `docker compose exec, cp, stop` as somebody pastes them, with our engine."""
        ours = f"{shlex.join(ENGINE)} {{}} {self._prefix}-"
        for asked, given in (
            ("exec -T", "exec --interactive"),
            ("cp", "cp"),
            ("stop", "stop --time 45"),
        ):
            commands = commands.replace(f"docker compose {asked} ", ours.format(given))
        services = "|".join(self.services)
        lines = [
            re.sub(rf"(?<= )(?={services})", f"{self._prefix}-", line) if " stop " in line else line
            for line in commands.splitlines()
        ]
        done = subprocess.run(  # noqa: S603 - our own page's words
            ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],  # noqa: S607
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def script(self, text: str, *words: str) -> str:
        """Run Python text in a container of the command line's image, on the mesh's loopback."""
        volume = f"{self._prefix}-keys-tickets:/keys/tickets:ro"
        common = ["--rm", "--interactive", *self._network(), "--volume", volume]
        return podman("run", *common, *OPTIONS, "--entrypoint", "python",
                      self._image("migrate"), "-", *words, stdin=text).stdout  # fmt: skip

    def inspect(self, service: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = json.loads(podman("inspect", self.container(service)).stdout)
        return found[0]

    def is_healthy(self, service: str) -> bool:
        """What the file tells the engine to ask now and then, asked once."""
        _, *words = self._compose.services[service]["healthcheck"]["test"]
        return podman("exec", self.container(service), *words, check=False).returncode == 0

    def _in_order(self) -> Iterator[str]:
        done: list[str] = []
        while len(done) < len(self.services):
            ready = [
                name
                for name in self.services
                if name not in done and set(self._waits_for(name)) <= set(done)
            ]
            assert ready, "depends_on goes round in circles"
            done += ready
            yield from ready

    def _waits_for(self, service: str) -> Mapping[str, Any]:
        waits: Mapping[str, Any] = self._compose.services[service].get("depends_on", {})
        return waits

    def _start(self, service: str) -> None:
        for other, how in self._waits_for(service).items():
            self._wait(other, how["condition"])
        said = self._compose.services[service]
        options = [*self._network(), *self._rights(said), *self._limits(said)]
        for name, value in self._environment(service).items():
            options += ["--env", f"{name}={value}"]
        for volume in said.get("volumes", []):
            options += ["--volume", self._volume(volume)]
        if entrypoint := said.get("entrypoint"):
            options += ["--entrypoint", *entrypoint]
        podman(*self._run(service, options), said["image"], *said.get("command", []))

    def _network(self) -> list[str]:
        hosts = f"{self._hosts}:/etc/hosts:ro"
        return ["--network", f"container:{self.container('net')}", "--volume", hosts]

    def _run(self, service: str, options: list[str]) -> list[str]:
        return ["run", "--detach", "--name", self.container(service), *OPTIONS, *options]

    def _environment(self, service: str) -> dict[str, str]:
        """As the file says, but for what two processes on one loopback cannot share."""
        environment = self._compose.environment(service)
        if "CASSAVA_OPS_LISTEN" in environment:
            port = _FIRST_OPS_PORT + self.services.index(service)
            environment["CASSAVA_OPS_LISTEN"] = f"127.0.0.1:{port}"
        return environment

    def _volume(self, volume: str) -> str:
        source, _, rest = volume.partition(":")
        if source.startswith("./"):
            return f"{ROOT / source}:{rest}"
        return f"{self._prefix}-{source}:{rest}"

    @staticmethod
    def _rights(said: dict[str, Any]) -> list[str]:
        options = [f"--cap-drop={each}" for each in said.get("cap_drop", [])]
        options += [f"--security-opt={each.removesuffix(':true')}" for each in said["security_opt"]]
        options += [f"--tmpfs={each}" for each in said.get("tmpfs", [])]
        options += ["--read-only"] if said.get("read_only") else []
        return options + (["--user", said["user"]] if "user" in said else [])

    @staticmethod
    def _limits(said: dict[str, Any]) -> list[str]:
        limits = said["deploy"]["resources"]["limits"]
        return ["--memory", limits["memory"], "--pids-limit", str(limits["pids"])]

    def _wait(self, service: str, condition: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if condition == "service_completed_successfully":
                state = self.inspect(service)["State"]
                if state["Status"] == "exited":
                    assert state["ExitCode"] == 0, self._said(service)
                    return
            elif self.is_healthy(service):
                return
            else:
                assert self.inspect(service)["State"]["Running"], self._said(service)
            time.sleep(_LOOK_SECONDS)
        raise AssertionError(f"{service}: not {condition}\n{self._said(service)}")

    def wait_until_healthy(self) -> None:
        for service in self.services:
            if "healthcheck" in self._compose.services[service]:
                self._wait(service, "service_healthy")

    def _said(self, service: str) -> str:
        done = podman("logs", "--tail", "20", self.container(service), check=False)
        return done.stdout + done.stderr

    def _image(self, service: str) -> str:
        image: str = self._compose.services[service]["image"]
        return image
