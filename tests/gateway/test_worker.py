"""The worker's loop: claims what it has room for, and leaves nothing leased behind."""

import asyncio

from cassava.tickets.v1 import turn_pb2

from mesh.errors import Unavailable
from mesh.valkey import Valkey
from services.gateway.worker import Loop, Turns


class Desk:
    """Work that waits until it is told to be done."""

    bell = "wake:tests"

    def __init__(self, jobs: int, slots: int, next_due: float | None = None) -> None:
        self.slots = slots
        self.next_due = next_due
        self.left = jobs
        self.asked: list[int] = []
        self.begun = 0
        self.given_back = 0
        self.finish = asyncio.Semaphore(0)
        self.is_away = False
        self.news = asyncio.Condition()

    async def claim(self, free_slots: int) -> tuple[list[int], float | None]:
        await self._tell()
        self.asked.append(free_slots)
        if self.is_away:
            self.is_away = False
            raise Unavailable("tickets is away")
        # One at a time: the rest is due, but another share is used up.
        jobs = [1] if self.left and self.begun - self._done < 1 else []
        self.left -= len(jobs)
        return jobs, 0.0 if self.left else self.next_due

    async def do(self, job: int) -> None:
        self.begun += 1
        await self._tell()
        try:
            await self.finish.acquire()
        except asyncio.CancelledError:
            self.given_back += 1
            raise
        self._done += 1

    _done = 0

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    async def until_begun(self, jobs: int) -> None:
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: self.begun >= jobs)


async def test_what_could_not_be_had_is_asked_for_when_a_job_is_done() -> None:
    desk, stop = Desk(jobs=2, slots=4), asyncio.Event()
    # The look of each second shall not be what helps.
    running = asyncio.create_task(Loop(desk, Valkey(None), sweep_seconds=60.0).run(stop))
    await desk.until_begun(1)

    desk.finish.release()
    await desk.until_begun(2)

    desk.finish.release()
    stop.set()
    await running


async def test_whoever_got_all_that_is_due_does_not_ask_again_before_it_can_be_more() -> None:
    desk, stop = Desk(jobs=1, slots=4, next_due=60.0), asyncio.Event()
    running = asyncio.create_task(Loop(desk, Valkey(None), sweep_seconds=60.0).run(stop))
    await desk.until_begun(1)

    desk.finish.release()
    stop.set()
    await running

    assert desk.asked == [4]


class Ringing(Valkey):
    """One bell, rung by hand."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rings = asyncio.Semaphore(0)
        self.heard = asyncio.Event()

    async def wait(self, name: str, timeout: float) -> None:  # noqa: ASYNC109
        await self.rings.acquire()
        self.heard.set()


class Arriving(Desk):
    """While it is looked for the second time, a job comes that this look does not see."""

    def __init__(self, valkey: Ringing) -> None:
        super().__init__(jobs=0, slots=4, next_due=0.005)
        self._valkey = valkey

    async def claim(self, free_slots: int) -> tuple[list[int], float | None]:
        found = await super().claim(free_slots)
        if len(self.asked) == 2:
            self.left, self.next_due = 1, None
            self._valkey.rings.release()
            await self._valkey.heard.wait()
            return [], None
        return found


async def test_a_ring_while_work_is_looked_for_is_not_lost() -> None:
    valkey, stop = Ringing(), asyncio.Event()
    desk = Arriving(valkey)
    running = asyncio.create_task(Loop(desk, valkey, sweep_seconds=60.0).run(stop))

    await desk.until_begun(1)

    desk.finish.release()
    stop.set()
    await running


async def test_a_loop_told_to_stop_claims_no_more_and_finishes_what_runs() -> None:
    desk, stop = Desk(jobs=1, slots=4), asyncio.Event()
    running = asyncio.create_task(Loop(desk, Valkey(None)).run(stop))
    await desk.until_begun(1)

    stop.set()
    asked = len(desk.asked)
    desk.finish.release()
    await running

    assert (desk.given_back, len(desk.asked) - asked <= 1) == (0, True)


async def test_what_cannot_finish_gives_its_lease_back() -> None:
    desk, stop = Desk(jobs=1, slots=4), asyncio.Event()
    running = asyncio.create_task(Loop(desk, Valkey(None), drain_seconds=0.05).run(stop))
    await desk.until_begun(1)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert desk.given_back == 1


async def test_a_loop_outlives_a_claim_that_failed() -> None:
    desk, stop = Desk(jobs=1, slots=4), asyncio.Event()
    desk.is_away = True
    running = asyncio.create_task(Loop(desk, Valkey(None)).run(stop))

    await desk.until_begun(1)

    desk.finish.release()
    stop.set()
    await running


class Peers:
    """Tickets, as far as a turn in hand needs it."""

    def __init__(self) -> None:
        self.turns = self
        self.released: list[turn_pb2.ReleaseTurnRequest] = []

    async def ReleaseTurn(self, request: turn_pb2.ReleaseTurnRequest) -> None:
        self.released.append(request)


class Forever:
    """An orchestrator whose providers never answer."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def take(self, turn: turn_pb2.ClaimedTurn) -> None:
        self.begun.set()
        await asyncio.Event().wait()


async def test_a_turn_that_the_drain_cuts_off_is_another_workers_at_once() -> None:
    peers, forever = Peers(), Forever()
    turns = Turns("w", peers, forever, slots=1)  # type: ignore[arg-type]  # both in small
    turn = turn_pb2.ClaimedTurn(tenant_id="acme", conversation_id="c", fence=7)
    doing = asyncio.create_task(turns.do(turn))
    await forever.begun.wait()

    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)

    (released,) = peers.released
    assert (released.fence, released.at_once) == (7, True)
