"""One program this machine runs for us: what to start, as whom, and what dies with whom."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cli.embedded.account import Account

# prctl(2): ask the kernel for a signal when the thread that forked us ends.
_PR_SET_PDEATHSIG = 1
_LARGEST_LOG_BYTES = 20_000_000
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """A command with everything it needs; it holds no process."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    account: Account = field(default_factory=Account)
    # What ends it in order, and what it gets when we are killed and cannot end it ourselves.
    stop_signal: signal.Signals = signal.SIGTERM
    # Higher yields to the others, once it serves: taking a message in outranks answering it.
    niceness: int = 0

    def options(self) -> dict[str, Any]:
        """Keyword arguments that `subprocess` and `asyncio` both take.

        A session of its own: Ctrl-C reaches us alone, and we stop the rest in order.
        """
        return {
            "cwd": self.directory,
            "env": dict(self.env),
            "stdin": subprocess.DEVNULL,
            "start_new_session": True,
            "preexec_fn": _born(self.stop_signal),
            **self.account.options(),
        }


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start it, output appended to its log; call from a thread that lives as long as we do."""
    with open_log(program.log) as log:
        return subprocess.Popen(  # noqa: S603 - commands are ours, no shell
            program.command, stdout=log, stderr=subprocess.STDOUT, **program.options()
        )


def open_log(path: Path) -> BinaryIO:
    """To append to; what an earlier run left is put aside once it is large."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _born(last_word: signal.Signals) -> Callable[[], None]:
    """Runs in the child after it changed its user (which clears the setting) and before exec."""
    parent = os.getpid()

    def ask() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, int(last_word), 0, 0, 0)
        if os.getppid() != parent:  # we died between fork and prctl
            os._exit(1)

    return ask


def yield_to_others(process_id: int, niceness: int) -> None:
    """Lower the weight of a process of ours, all its threads and its session.

    Linux weighs sessions against each other before it looks at a process's own niceness.
    """
    threads = Path(f"/proc/{process_id}/task")
    with contextlib.suppress(OSError):  # it ended meanwhile; not Linux; built without autogroups
        names = [int(each.name) for each in threads.iterdir()] if threads.exists() else [process_id]
        for thread in names:
            os.setpriority(
                os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness
            )
        Path(f"/proc/{process_id}/autogroup").write_text(str(niceness), "ascii")


def command_of(process_id: int) -> str | None:
    """The command line of a live process of this machine, None when there is none."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            raw = (proc / str(process_id) / "cmdline").read_bytes()
        except OSError:
            return None
        # A zombie has an empty command line: it runs nothing any more.
        return raw.replace(b"\0", b" ").decode(errors="replace").strip() or None
    listed = subprocess.run(  # noqa: S603 - a number and fixed words
        ["ps", "-p", str(process_id), "-o", "command="],  # noqa: S607 - macOS has it on every PATH
        capture_output=True,
        check=False,
    )
    return listed.stdout.decode(errors="replace").strip() or None
