"""Children that are watched: started, waited for, started again when they die, stopped in order."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from cli.embedded.program import Program, open_log, yield_to_others
from cli.embedded.trouble import EmbeddedTrouble, tail

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_POLL_SECONDS = 0.05
_LOOK_SECONDS = 0.5
_MOST_OF_LAST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Watched:
    """A program to keep alive. `prepare` runs before every start, in a thread."""

    name: str
    prepare: Callable[[], Program]
    is_ready: Callable[[int], Awaitable[bool]]
    stop_seconds: float = 15.0
    # Alive that long, a child counts as healthy again: its next death is answered at once.
    steady_seconds: float = 30.0


class Child:
    """One watched program and, most of the time, its process."""

    def __init__(self, watched: Watched, settled: asyncio.Event) -> None:
        self.watched = watched
        self._settled = settled
        self.restarts = 0
        self.started_at: float | None = None
        self._program: Program | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.watched.name

    @property
    def process_id(self) -> int | None:
        """None between a death and the next start."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @property
    def last_words(self) -> str:
        """The last line of its log."""
        said = tail(self._program.log).splitlines() if self._program else []
        return said[-1][:_MOST_OF_LAST_WORDS] if said else ""

    def start(self, died: Callable[[str, int], None]) -> None:
        """Begin to keep it alive; `died` hears its name and exit status, each time."""
        self._keeper = asyncio.create_task(self._keep(died), name=f"keep {self.name}")

    async def ready(self, timeout_seconds: float) -> None:
        """Returns when it serves; raise `EmbeddedTrouble` with its log's end when it does not."""
        deadline = time.monotonic() + timeout_seconds
        while not (self.process_id and await self.watched.is_ready(self.process_id)):
            if self._keeper is not None and self._keeper.done():
                await self._keeper
            if time.monotonic() > deadline:
                log = tail(self._program.log) if self._program else "it was never started"
                raise EmbeddedTrouble(f"{self.name} is not ready\n{log}")
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self) -> None:
        """Its own way to end, then, when that takes too long, the hard one."""
        self._stopping.set()
        if self._keeper is None:
            return
        process, program = self._process, self._program
        if process is not None and program is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(program.stop_signal)
        try:
            await asyncio.wait_for(asyncio.shield(self._keeper), self.watched.stop_seconds)
        except TimeoutError:
            if process is not None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await self._keeper

    async def _keep(self, died: Callable[[str, int], None]) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            status = await self._live_once()
            if self._stopping.is_set():
                return
            died(self.name, status)
            lived = time.time() - (self.started_at or 0)
            pause = _FIRST_PAUSE_SECONDS if lived > self.watched.steady_seconds else pause
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            self.restarts += 1

    async def _live_once(self) -> int:
        self._program = program = await asyncio.to_thread(self.watched.prepare)
        if self._stopping.is_set():
            return 0
        with open_log(program.log) as log:
            self._process = process = await asyncio.create_subprocess_exec(
                *program.command,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                **program.options(),
            )
        self.started_at = time.time()
        if self._stopping.is_set():  # `stop` came while it was being born and saw no process
            process.send_signal(program.stop_signal)
        yielding = asyncio.create_task(self._yield_once_ready(process.pid, program.niceness))
        try:
            return await process.wait()
        finally:
            yielding.cancel()

    async def _yield_once_ready(self, process_id: int, niceness: int) -> None:
        """Not before, nor before all is settled: who yields while starting never starts."""
        await self._settled.wait()
        while niceness and not await self.watched.is_ready(process_id):  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(_LOOK_SECONDS)
        if niceness:
            yield_to_others(process_id, niceness)


class Processes:
    """All children of one mesh."""

    def __init__(self, died: Callable[[str, int], None]) -> None:
        self._died = died
        self._settled = asyncio.Event()
        self._children: dict[str, Child] = {}

    def start(self, watched: Watched) -> Child:
        child = self._children[watched.name] = Child(watched, self._settled)
        child.start(self._died)
        return child

    def settle(self) -> None:
        """Everything is up: from now on those with a niceness yield to the others."""
        self._settled.set()

    def __getitem__(self, name: str) -> Child:
        return self._children[name]

    def __iter__(self) -> Iterator[Child]:
        return iter(self._children.values())

    async def stop(self, order: Sequence[Sequence[str]]) -> None:
        """Group after group; those of one group at once. Whoever is in no group goes first."""
        named = {name for group in order for name in group}
        rest = [name for name in self._children if name not in named]
        for group in (rest, *order):
            stopping = [self._children[name].stop() for name in group if name in self._children]
            await asyncio.gather(*stopping)
