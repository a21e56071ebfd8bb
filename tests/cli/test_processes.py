"""Children that die, children that will not, and who goes first."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from cli.embedded.processes import Processes, Watched
from cli.embedded.program import Program, command_of
from cli.embedded.trouble import EmbeddedTrouble

SERVES = "open('ready', 'w').close(); import time; time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVES


class Deaths(list[tuple[str, int]]):
    def note(self, name: str, status: int) -> None:
        self.append((name, status))


@pytest.fixture
def deaths() -> Deaths:
    return Deaths()


@pytest.fixture
async def processes(deaths: Deaths) -> AsyncIterator[Processes]:
    made = Processes(deaths.note)
    yield made
    await made.stop([])


def python(directory: Path, name: str, code: str, stop_seconds: float = 5) -> Watched:
    """A program that serves once it has written the file `ready`."""
    home = directory / name
    home.mkdir(exist_ok=True)

    def prepare() -> Program:
        (home / "ready").unlink(missing_ok=True)
        command = [sys.executable, "-c", code]
        return Program(name, command, home / "out.log", env=dict(os.environ), directory=home)

    async def is_ready(_process_id: int) -> bool:
        return (home / "ready").exists()

    return Watched(name, prepare, is_ready, stop_seconds)


async def eventually(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_true():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.02)


async def test_a_killed_child_comes_back(
    processes: Processes, deaths: Deaths, tmp_path: Path
) -> None:
    child = processes.start(python(tmp_path, "a", SERVES))
    await child.ready(10)
    first = child.process_id

    assert first is not None
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: child.process_id not in (first, None))
    await child.ready(10)

    assert (child.restarts, list(deaths)) == (1, [("a", -signal.SIGKILL)])


async def test_why_a_child_died_is_its_last_line(
    processes: Processes, deaths: Deaths, tmp_path: Path
) -> None:
    child = processes.start(python(tmp_path, "a", "print(1); raise OSError('port 9 is taken')"))
    await eventually(lambda: bool(deaths))

    assert processes["a"] is child
    assert child.last_words == "OSError: port 9 is taken"


async def test_a_stopped_child_stays_away(processes: Processes, tmp_path: Path) -> None:
    child = processes.start(python(tmp_path, "a", SERVES))
    await child.ready(10)
    process_id = child.process_id

    await processes.stop([["a"]])

    assert process_id is not None
    assert command_of(process_id) is None
    assert child.process_id is None


async def test_a_child_that_will_not_end_is_killed(processes: Processes, tmp_path: Path) -> None:
    child = processes.start(python(tmp_path, "a", DEAF, stop_seconds=0.3))
    await child.ready(10)

    started = time.monotonic()
    await processes.stop([["a"]])

    assert time.monotonic() - started < 5
    assert child.process_id is None


async def test_a_child_that_never_serves_is_reported_with_its_words(
    processes: Processes, tmp_path: Path
) -> None:
    child = processes.start(python(tmp_path, "a", "raise SystemExit('no luck today')"))

    with pytest.raises(EmbeddedTrouble, match="no luck today"):
        await child.ready(1)


async def test_groups_stop_one_after_the_other(processes: Processes, tmp_path: Path) -> None:
    says = (
        "import signal, sys, time, pathlib; "
        "signal.signal(signal.SIGTERM, lambda *_: "
        "(pathlib.Path('ended').write_text(repr(time.time())), sys.exit())); " + SERVES
    )
    for name in ("first", "second"):
        await processes.start(python(tmp_path, name, says)).ready(10)

    await processes.stop([["first"], ["second"]])

    first, second = (float((tmp_path / name / "ended").read_text()) for name in ("first", "second"))
    assert first < second


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that we died")
async def test_children_die_with_whoever_started_them(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from cli.embedded.program import Program, spawn
sleep = [sys.executable, '-c', 'import time; time.sleep(60)']
child = spawn(Program('c', sleep, Path({str(tmp_path / "c.log")!r})))
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())

    parent.kill()
    await parent.wait()

    await eventually(lambda: command_of(child) is None)


async def test_who_yields_does_so_once_it_serves(tmp_path: Path, processes: Processes) -> None:
    serves = False
    program = Program(
        "child", [sys.executable, "-c", DEAF], tmp_path / "log", directory=tmp_path, niceness=3
    )

    async def is_ready(_process_id: int) -> bool:
        return serves

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, child.process_id or 0)

    child = processes.start(Watched("child", lambda: program, is_ready, 0.1))
    await eventually(lambda: child.process_id is not None)
    born = niceness()

    serves = True
    processes.settle()
    await eventually(lambda: niceness() == born + 3)
