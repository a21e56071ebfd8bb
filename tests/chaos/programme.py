"""What is played, in which order, and what has to come out."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.crash import POINTS
from tests.chaos import bugs, checker, crashes, figures, tree
from tests.chaos.act import Stage
from tests.chaos.faults import Faults
from tests.chaos.providers import ROUGH, Providers, Weather
from tests.chaos.rig import Rig
from tests.chaos.story import now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tests.chaos.act import Result
    from tests.chaos.bugs import Bug
    from tests.chaos.tree import Tree

PARTS = ("bugs", "crashes", "soak", "copies", "recovery")
# Each on its own: a figure is worth what the machine did beside it.
FIGURES = ("rolling", "return", "flood")
# Leases and waits of half a minute become two seconds; nothing else is different.
_HURRY = 15.0
_BUG_SECONDS, _BUG_REST_SECONDS, _LOOKS, _PROVOKED = 9.0, 10.0, 2, 3
_RECOVERY_SECONDS, _DEATHS = 16.0, 3
# A lease of 30 s and the second in which it is found; then debounce, model and the work itself.
_LONGEST_WAIT_SECONDS = 31.0 + 5.0
# With the real waits what WhatsApp perhaps has may stay in doubt for ten minutes.
_IN_DOUBT = {checker.NOT_AT_REST, checker.UNANSWERED}
_CRASH_SECONDS = 80.0  # for each group of roles
_PAUSE_SECONDS = 1.2
# Later than what decides that a reply was lost (60 s, hurried).
_COPYING, _COPIES_SECONDS = Weather(lost=0.3, late_seconds=15.0), 30.0
_WHATSAPP_TWICE_MOST = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    parts: Sequence[str]
    seconds: float
    rate: float
    mixed: str = ""
    flood: int = 10_000
    bugs: Sequence[Bug] = tuple(bugs.BUGS)


async def run(
    plan: Plan, data: Path, chance: random.Random, say: Callable[[str], None]
) -> list[str]:
    """The names of what failed."""
    providers = Providers(random.Random(chance.random()))
    here = tree.copy_here(data / "trees/here")
    first = tree.copy_of(plan.mixed, data / "trees/before") if plan.mixed else here
    async with providers.serving():
        started, failed = now(), []
        if hurried := [part for part in plan.parts if part not in FIGURES]:
            rig = Rig(data / "hurried", first, providers.url, _HURRY)
            async with _running(rig, providers, chance, say) as stage:
                programme = Programme(plan, stage, here, say)
                for part in hurried:
                    await getattr(programme, part)()
                failed += programme.failed
        if measured := [part for part in FIGURES if part in plan.parts]:
            rig = figures.patient(data / "patient", here, providers.url)
            async with _running(rig, providers, chance, say) as stage:
                for part in measured:
                    failed += await _figure(part, plan, stage, say)
        say(f"{now() - started:.0f} s in all")
    return failed


@asynccontextmanager
async def _running(
    rig: Rig, providers: Providers, chance: random.Random, say: Callable[[str], None]
) -> AsyncIterator[Stage]:
    started = now()
    async with rig.running():
        say(f"{len(rig.names)} processes run after {now() - started:.0f} s")
        yield Stage(rig, providers, chance.randrange(2**31))


async def _figure(part: str, plan: Plan, stage: Stage, say: Callable[[str], None]) -> list[str]:
    match part:
        case "rolling":
            return await figures.rolling(stage, plan.rate, say)
        case "return":
            return await figures.returning(stage, plan.rate, say)
        case _:
            return await figures.flood(stage, plan.flood, say)


class Programme:
    """One running rig, one part after the other."""

    def __init__(self, plan: Plan, stage: Stage, here: Tree, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._stage = stage
        self._rig = stage.rig
        self._here = here
        self._say = say
        self.failed: list[str] = []

    async def bugs(self) -> None:
        """Each seeded bug has to be named by the checker; a slow machine gets a second look."""
        for bug in self._plan.bugs:
            broken = await self._break(bug)
            url = self._rig.postgres.url
            definitions = await bugs.without_order(url) if bug.without_order else []
            for _ in range(_LOOKS):
                found, sends = await self._provoked(bug)
                if bug.expects in found:
                    break
            await bugs.restore(url, definitions)
            await self._rig.become(broken, self._here)
            word = "caught" if bug.expects in found else "MISSED"
            self._say(f"bug {word}: {bug.name}: {_listed(found)}; {sends} sends")
            if bug.expects not in found:
                self.failed.append(f"missed: {bug.name}")

    async def _provoked(self, bug: Bug) -> tuple[Counter[str], int]:
        """What the checker names under the bug's weather and fault, and how much was sent."""
        faults = self._faults()
        result = await self._stage.play(
            bug.weather,
            seconds=_BUG_SECONDS,
            rate=self._plan.rate,
            trouble=lambda: bug.provoke(faults, _PROVOKED),
            rest_seconds=_BUG_REST_SECONDS,
        )
        found = Counter(each.kind for each in result.verdict.violations)
        return found, result.verdict.taken

    async def crashes(self) -> None:
        """SIGKILL at every named place, under traffic, then judged."""
        self._say(f"{len(POINTS)} crash points")
        missed: list[str] = []

        async def trouble() -> None:
            missed.extend(await crashes.everywhere(self._rig, _CRASH_SECONDS, self._say))

        result = await self._stage.play(ROUGH, rate=self._plan.rate, trouble=trouble)
        self._report("crash points", result, self._rig.reached)
        if missed:
            self.failed.append(f"nobody came by {', '.join(missed)}")

    async def soak(self) -> None:
        """Everything at random, from the seed."""
        faults = self._faults()
        result = await self._stage.play(
            ROUGH,
            seconds=self._plan.seconds,
            rate=self._plan.rate,
            trouble=lambda: faults.anything(self._plan.seconds, _PAUSE_SECONDS),
        )
        self._report("soak", result, faults.done)

    async def copies(self) -> None:
        """Statuses so late that replies are sent again: each copy is counted, nobody dies."""
        result = await self._stage.play(
            _COPYING, seconds=_COPIES_SECONDS, rate=self._plan.rate, rest_seconds=_COPIES_SECONDS
        )
        verdict = result.verdict
        self._say(
            f"copies: WhatsApp took {verdict.whatsapp_twice} of {verdict.whatsapp_taken} sends "
            f"twice and told of {verdict.whatsapp_told_twice}; the metric has "
            f"{result.copies_metered}, the audit log {verdict.audited}"
        )
        if not verdict.whatsapp_told_twice == result.copies_metered == verdict.audited:
            self.failed.append("copies were not counted")
        if not verdict.whatsapp_told_twice:
            self.failed.append("no copies to count")

    async def recovery(self) -> None:
        """With the real leases: whom a dead worker held is answered by the other one."""
        self._rig.hurry = 1.0
        await self._rig.become(
            [*self._rig.of_role("tickets"), *self._rig.of_role("worker")], self._here
        )
        faults = self._faults()

        async def trouble() -> None:
            for _ in range(_DEATHS):
                await asyncio.sleep(_RECOVERY_SECONDS / (_DEATHS + 1))
                await faults.kill("worker")

        result = await self._stage.play(
            Weather(model_seconds=1.0), seconds=_RECOVERY_SECONDS, rate=5.0, trouble=trouble
        )
        self._report("recovery", result, faults.done, but=_IN_DOUBT)
        longest = result.verdict.longest_wait
        self._say(f"  the longest wait for a reply: {longest:.1f} s")
        if longest > _LONGEST_WAIT_SECONDS:
            self.failed.append(f"recovery took {longest:.1f} s")

    async def mixed(self) -> None:
        """The commit before and this one, side by side on one database, half and half."""
        faults = self._faults()
        half = [name for name in self._rig.names if not name.endswith("-2")]

        async def trouble() -> None:
            await faults.anything(self._plan.seconds / 3, 3.0)
            await self._rig.migrate(self._here)
            await self._rig.become(half, self._here)
            self._say("  half of the processes are of this commit")
            await faults.anything(self._plan.seconds / 3, 3.0)

        result = await self._stage.play(ROUGH, rate=self._plan.rate, trouble=trouble)
        self._report(f"mixed with {self._plan.mixed}", result, faults.done)

    def _faults(self) -> Faults:
        return Faults(self._rig, random.Random(self._stage.chance.random()))

    async def _break(self, bug: Bug) -> list[str]:
        if not bug.edits:
            return []
        name = bug.name.split(":")[0].replace(" ", "-")
        names = self._rig.of_role(bug.role)
        await self._rig.become(names, self._here.edited(name, bug.edits))
        return names

    def _report(
        self,
        name: str,
        result: Result,
        faults: Counter[str],
        but: AbstractSet[str] = frozenset(),
    ) -> None:
        """Say what happened; whatever the checker names, `but` for these kinds, is a failure."""
        verdict = result.verdict
        violations = [each for each in verdict.violations if each.kind not in but]
        self._say(
            f"{name}: {verdict.acknowledged} messages acknowledged, "
            f"{result.story.refused_webhooks} webhooks refused and repeated, "
            f"{verdict.taken} sends taken, {verdict.parked} parked, "
            f"{verdict.with_person} conversations with a person, {result.dead_letters} dead letters"
        )
        self._say(f"  done to it: {_listed(faults)}; by providers: {_listed(result.story.sends)}")
        self._say(
            f"  WhatsApp copies: {verdict.whatsapp_twice} of {verdict.whatsapp_taken}; "
            f"{verdict.whatsapp_told_twice} came back, the audit log names {verdict.audited}"
        )
        for each in violations[:20]:
            self._say(f"  VIOLATION {each}")
        if violations:
            self.failed.append(f"{name}: {', '.join(sorted({each.kind for each in violations}))}")
        elif verdict.whatsapp_twice > max(1, verdict.whatsapp_taken * _WHATSAPP_TWICE_MOST):
            self.failed.append(f"{name}: too many WhatsApp copies")


def _listed(counts: Counter[str] | dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
