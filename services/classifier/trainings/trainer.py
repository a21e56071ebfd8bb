"""Who trains: claims what was asked for, keeps the lease while it fits, publishes or refuses."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from mesh import logs
from mesh.errors import MeshError
from services.classifier.default_model import DefaultModel
from services.classifier.encoding import ENGLISH, ID_OF
from services.classifier.intent import fingerprint
from services.classifier.intents.store import IntentStore
from services.classifier.report import Report
from services.classifier.store import ModelStore
from services.classifier.trainings.store import Claim, TrainingStore
from services.classifier.trainings.workshop import Fitted, TrainingDied, TrainingImpossible, fit
from services.classifier.weights import TRAINING_VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from mesh.postgres import Connection, Pool
    from services.classifier.intent import Example
    from services.classifier.shelf import Shelf

log = logs.get(__name__)

_LOOK_SECONDS = 1.0
_RENEW_SECONDS = 1.0
_VECTORS_A_READ = 5000
_FEW_QUESTIONS = 10


class Lost(Exception):
    """Cancelled, or another process took it over."""


class Trainer:
    def __init__(self, pool: Pool, shelf: Shelf) -> None:
        self._pool = pool
        self._shelf = shelf

    async def run(self, stop: asyncio.Event) -> None:
        """One training at a time: it may take a whole core."""
        while not stop.is_set():
            if await self._take_one(stop):
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await stop.wait()

    async def _take_one(self, stop: asyncio.Event) -> bool:
        try:
            async with self._pool.transaction(None) as connection:
                claim = await TrainingStore(connection).claim()
        except MeshError as error:
            log.warning("trainings_unreadable", reason=error.reason)
            return False
        if claim is not None:
            await self._until_told_to_stop(claim, stop)
        return claim is not None

    async def _until_told_to_stop(self, claim: Claim, stop: asyncio.Event) -> None:
        """Told to stop we let go: the lease ends and another begins again."""
        work = asyncio.create_task(self.train(claim))
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((work, told), return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            if not work.done():
                work.cancel()
            await asyncio.gather(work, told, return_exceptions=True)
        if not work.cancelled():
            work.result()

    async def train(self, claim: Claim) -> None:
        try:
            encoder = await self._chosen(claim)
            examples, fitted = await self._fitted(claim, encoder)
            async with self._pool.transaction(claim.tenant_id) as connection:
                await _publish(connection, claim, examples, fitted, encoder)
        except Lost:
            log.info("training_let_go", training_id=claim.training_id)
        except (TrainingImpossible, TrainingDied) as error:
            async with self._pool.transaction(claim.tenant_id) as connection:
                await TrainingStore(connection).end(claim, "failed", str(error))

    async def _chosen(self, claim: Claim) -> str:
        async with self._pool.transaction(claim.tenant_id, readonly=True) as connection:
            store = TrainingStore(connection, claim.tenant_id)
            return (await store.get(claim.training_id)).encoder

    async def _fitted(self, claim: Claim, encoder: str) -> tuple[Sequence[Example], Fitted]:
        async with self._pool.transaction(claim.tenant_id, readonly=True) as connection:
            stored = await IntentStore(connection, claim.tenant_id).examples()
        examples = [each.example for each in stored]
        said = [(0.0, "starting")]
        fitting = asyncio.create_task(
            fit(
                examples,
                encoder=encoder,
                feelings=_feelings(encoder),
                known=self._known(claim.tenant_id, ID_OF[encoder]),
                keep=partial(self._keep, claim.tenant_id, ID_OF[encoder]),
                preset=await self._shelf.platform_weights(),
                tell=lambda share, stage: said.append((share, stage)),
            )
        )
        try:
            while not fitting.done():
                await self._renew(claim, *said[-1])
                await asyncio.wait((fitting,), timeout=_RENEW_SECONDS)
        finally:
            fitting.cancel()
            await asyncio.wait((fitting,))
        return examples, fitting.result()

    async def _renew(self, claim: Claim, share: float, stage: str) -> None:
        async with self._pool.transaction(claim.tenant_id) as connection:
            if not await TrainingStore(connection).renew(claim, share, stage):
                raise Lost

    async def _known(self, tenant_id: str, encoder_id: str) -> AsyncIterator[dict[int, bytes]]:
        after = -1
        while True:
            async with self._pool.transaction(tenant_id, readonly=True) as connection:
                store = IntentStore(connection, tenant_id)
                some = await store.vectors(encoder_id, _VECTORS_A_READ, after=after)
            if not some:
                return
            yield some
            after = max(some)

    async def _keep(self, tenant_id: str, encoder_id: str, vectors: Mapping[int, bytes]) -> None:
        async with self._pool.transaction(tenant_id) as connection:
            await IntentStore(connection, tenant_id).keep_vectors(encoder_id, vectors)


def _feelings(encoder: str) -> Sequence[Example]:
    """The platform's model feels by its own encoder's vectors; another's are taught anew."""
    return () if encoder == ENGLISH else DefaultModel().feelings()


async def _publish(
    connection: Connection,
    claim: Claim,
    examples: Sequence[Example],
    fitted: Fitted,
    encoder: str,
) -> None:
    """Model, report, what serves and what came of the training: one commit, while it is ours."""
    models, trainings = ModelStore(connection, claim.tenant_id), TrainingStore(connection)
    name = fingerprint(examples, ID_OF[encoder], TRAINING_VERSION)
    await models.keep(name, fitted.weights)
    intents = len({example.intent for example in examples})
    report = Report.from_json(fitted.report)
    version = await models.add(name, intents, len(examples), report, encoder)
    worse = await _why_worse(models, report)
    if not worse:
        await models.publish(version)
    told = worse or f"model {version} serves: {_in_words(report)}"
    if not await trainings.end(claim, "refused" if worse else "published", told, version):
        raise Lost  # takes the model back with it


async def _why_worse(models: ModelStore, report: Report) -> str:
    live = await models.live_version()
    if not live:
        return ""
    before = (await models.get(live)).report
    if not report.is_worse_than(before):
        return ""
    return (
        f"model {live} goes on to serve, it is better: {_in_words(before)}; this one: "
        f"{_in_words(report)}. Look at what was added since, or publish this one yourself"
    )


def _in_words(report: Report) -> str:
    if not report.questions:
        return "too few examples to hold any out"
    told = f"{report.accuracy:.1%} of {report.questions} held-out questions right"
    if report.questions < _FEW_QUESTIONS:
        return f"{told}; so few say little, and five examples of each intent are the least to teach"
    return told
