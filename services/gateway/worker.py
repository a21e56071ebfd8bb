"""Who tells the story: wait to be woken, claim, keep the lease, drain. The same loop for turns
and deliveries.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import structlog

from mesh.crash import crash_point
from mesh.errors import ChangedMeanwhile, MeshError
from services.gateway import traces

if TYPE_CHECKING:
    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

    from mesh.valkey import Valkey
    from services.gateway.orchestrator import Orchestrator
    from services.gateway.peers import Peers

from cassava.tickets.v1 import turn_pb2

log = structlog.get_logger()
Job = TypeVar("Job")

# Without Valkey this is how late a wake-up may be.
_SWEEP_SECONDS = 1.0
# How many of those one wait listens for; each end of one is a look more.
_LISTEN_SWEEPS = 10
# What a tickets service that does not say it grants.
_LEASE_SECONDS = 30.0
_RENEWALS_A_LEASE = 3
_DRAIN_SECONDS = 25.0
# What is cancelled at the end of the drain may still give its lease back.
_RELEASE_SECONDS = 3.0
_TURN_SECONDS = 24.0


class Work(Protocol[Job]):
    """What a loop does: where its work comes from and what becomes of it."""

    bell: str
    slots: int

    async def claim(self, free_slots: int) -> tuple[list[Job], float | None]:
        """Leased jobs and, where they are all that is due now, the seconds until another one is:
        zero when one is, but others have it or its tenant's share is used up.
        """

    async def do(self, job: Job) -> None:
        """One job; whatever it raises is logged, its lease ends by itself."""


class Loop(Generic[Job]):
    """Claims as long as there are free slots; a crash anywhere costs a lease, never a message."""

    def __init__(
        self,
        work: Work[Job],
        valkey: Valkey,
        *,
        sweep_seconds: float = _SWEEP_SECONDS,
        drain_seconds: float = _DRAIN_SECONDS,
    ) -> None:
        self._work = work
        self._valkey = valkey
        self._sweep = sweep_seconds
        self._drain_seconds = drain_seconds
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._is_short = False
        self._bell: asyncio.Task[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped; then what runs may finish, and what cannot gives its lease back."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                if rest := await self._claim():
                    await self._rest(rest, stopped)
        finally:
            stopped.cancel()
            if self._bell:
                self._bell.cancel()
            await self._drain()

    async def _rest(self, seconds: float, stopped: asyncio.Task[Any]) -> None:
        """Until somebody rings, we stop or, where we could have no more, a job of ours is done.

        Listening goes on from one rest to the next: to break it off costs its connection. What
        rang meanwhile ends the next rest at once.
        """
        if self._bell is None:
            heard = self._valkey.wait(self._work.bell, _LISTEN_SWEEPS * self._sweep)
            self._bell = asyncio.create_task(heard)
        waiting: set[asyncio.Task[Any]] = {self._bell, stopped}
        room = asyncio.create_task(self._room.wait()) if self._is_short else None
        if room:
            waiting.add(room)
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if room:
            room.cancel()
        if self._bell.done():
            self._bell = None

    async def _drain(self) -> None:
        try:
            if self._running:
                await asyncio.wait(self._running, timeout=self._drain_seconds)
        finally:
            late = set(self._running)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=_RELEASE_SECONDS)

    async def _claim(self) -> float:
        """Start what there is; the seconds to rest before asking again."""
        self._room.clear()
        free = self._work.slots - len(self._running)
        self._is_short = free <= 0
        if free <= 0:
            return self._sweep
        try:
            jobs, next_due = await self._work.claim(free)
        except MeshError as error:
            log.warning("claim_failed", bell=self._work.bell, reason=error.reason)
            return self._sweep * random.uniform(0.5, 1.5)  # noqa: S311  # jitter, no secret
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self._running.add(task)
            task.add_done_callback(self._finished)
        if jobs and next_due is None:
            return 0.0
        self._is_short = next_due == 0
        return min(self._sweep, max(0.005, next_due)) if next_due else self._sweep

    async def _do(self, job: Job) -> None:
        try:
            await self._work.do(job)
        except MeshError as error:
            log.warning("job_failed", bell=self._work.bell, reason=error.reason)
        except Exception:
            log.exception("job_crashed", bell=self._work.bell)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._room.set()


class Turns:
    """Turns, each under a lease that is renewed while it is worked on."""

    bell = "wake:turns"

    def __init__(self, name: str, peers: Peers, orchestrator: Orchestrator, slots: int) -> None:
        self._name = name
        self._turns = peers.turns
        self._orchestrator = orchestrator
        self._renew_seconds = _LEASE_SECONDS / _RENEWALS_A_LEASE
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[ClaimedTurn], float | None]:
        request = turn_pb2.ClaimTurnsRequest(worker=self._name, free_slots=min(free_slots, 128))
        response = await self._turns.ClaimTurns(request)
        if response.turns:
            crash_point("worker.after_claim")
        if response.HasField("lease"):
            lease = response.lease.ToTimedelta().total_seconds()
            self._renew_seconds = lease / _RENEWALS_A_LEASE
        due = response.next_due_in.ToTimedelta().total_seconds()
        return list(response.turns), due if response.HasField("next_due_in") else None

    async def do(self, turn: ClaimedTurn) -> None:
        crash_point("worker.after_open")
        renewing = asyncio.create_task(self._renew(turn))
        try:
            with traces.of_turn(turn):
                async with asyncio.timeout(_TURN_SECONDS):
                    await self._orchestrator.take(turn)
        except ChangedMeanwhile:
            log.info("turn_fenced", turn_id=turn.turn_id)
        except (MeshError, TimeoutError) as error:
            await self._release(turn, getattr(error, "reason", "OUT_OF_TIME"), at_once=False)
        except asyncio.CancelledError:
            await asyncio.shield(self._release(turn, "drain", at_once=True))
            raise
        finally:
            renewing.cancel()

    async def _renew(self, turn: ClaimedTurn) -> None:
        request = turn_pb2.RenewTurnRequest(
            tenant_id=turn.tenant_id, conversation_id=turn.conversation_id, fence=turn.fence
        )
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                await self._turns.RenewTurn(request)
            except ChangedMeanwhile:
                return  # completed meanwhile, or another's; the completion will say which
            except MeshError as error:
                log.warning("lease_not_renewed", turn_id=turn.turn_id, reason=error.reason)

    async def _release(self, turn: ClaimedTurn, reason: str, *, at_once: bool) -> None:
        log.warning("turn_released", turn_id=turn.turn_id, reason=reason)
        request = turn_pb2.ReleaseTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            fence=turn.fence,
            reason=reason,
            at_once=at_once,
        )
        with suppress(MeshError):  # the lease ends by itself
            await self._turns.ReleaseTurn(request)
