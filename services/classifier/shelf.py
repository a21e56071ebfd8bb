"""Where the models in use stand: the platform's, and each tenant's own from its first message."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mesh import logs, migrate
from mesh.errors import MeshError, Unavailable
from services.classifier.default_model import DefaultModel
from services.classifier.encoding import ENGLISH, ID_OF
from services.classifier.intents.store import IntentStore
from services.classifier.model import Model
from services.classifier.store import ModelNotFound, ModelStore
from services.classifier.weights import TRAINING_VERSION, Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mesh.postgres import Pool

log = logs.get(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
# A published model serves everywhere within 5 s: a look, its fetching, its unpacking.
_LOOK_SECONDS = 1.0
_FIT_LOCK = 0x636C7366
_MOST_MODELS = 64  # of 3 to 7 MB each; the one that was asked for longest ago goes


class ModelNotReady(Unavailable):
    def __init__(self) -> None:
        super().__init__("the classifier's model is not loaded yet, try again")


@dataclass(frozen=True, slots=True)
class Serving:
    """A model and what its tenant says of its intents; version 0 is the platform's."""

    model: Model
    version: int = 0
    least_urgencies: Mapping[str, int] = field(default_factory=dict)


class Shelf:
    def __init__(self, pool: Pool, default: DefaultModel | None = None) -> None:
        self._pool = pool
        self._default = default or DefaultModel()
        self._platform: Serving | None = None
        self._versions: dict[str, int] = {}
        self._own: OrderedDict[str, Serving] = OrderedDict()
        self._loading = asyncio.Lock()

    @property
    def platform(self) -> Serving:
        """Raise `ModelNotReady` until it is loaded."""
        if self._platform is None:
            raise ModelNotReady
        return self._platform

    async def serving(self, tenant_id: str) -> Serving:
        """The tenant's own model when one is published; one that is replaced serves until then."""
        platform = self.platform
        if not self._versions.get(tenant_id):
            return platform
        if tenant_id not in self._own:
            await self._load(tenant_id)
        self._own.move_to_end(tenant_id)
        return self._own[tenant_id]

    async def ready(self) -> None:
        """Raise what is missing: the schema, the model of the default examples."""
        await migrate.is_current(self._pool, MIGRATIONS)
        _ = self.platform

    async def platform_weights(self) -> bytes:
        async with self._pool.transaction(None, readonly=True) as connection:
            return await ModelStore(connection).weights(self._default.key())

    async def stock(self, _: asyncio.Event) -> None:
        """Load the model of the default examples; a loop that ends when it stands."""
        key, started, origin = self._default.key(), time.monotonic(), "database"
        try:
            weights = await self.platform_weights()
        except ModelNotFound:
            origin = await self._procure(key)
            weights = await self.platform_weights()
        await self.look()
        model = Model(await asyncio.to_thread(Weights.from_bytes, weights), engine_of(key))
        self._platform = Serving(model)
        seconds = round(time.monotonic() - started, 2)
        log.info("model_loaded", engine=model.engine, origin=origin, seconds=seconds)

    async def watch(self, stop: asyncio.Event) -> None:
        """Follow what is published, by this replica or another."""
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await stop.wait()
            try:
                await self.look()
            except MeshError as error:  # what serves goes on to serve
                log.warning("published_models_unreadable", reason=error.reason)

    async def look(self) -> None:
        async with self._pool.transaction(None, readonly=True) as connection:
            self._versions = await ModelStore(connection).live_versions()
        for tenant_id, serving in list(self._own.items()):
            if not self._versions.get(tenant_id):
                del self._own[tenant_id]
            elif serving.version != self._versions[tenant_id]:
                await self._load(tenant_id)

    async def _load(self, tenant_id: str) -> None:
        async with self._loading:
            version = self._versions[tenant_id]
            if tenant_id in self._own and self._own[tenant_id].version == version:
                return
            async with self._pool.transaction(tenant_id, readonly=True) as connection:
                models = ModelStore(connection, tenant_id)
                found = await models.get(version)
                weights = await models.weights(found.fingerprint)
                least = await IntentStore(connection, tenant_id).least_urgencies()
            unpacked = await asyncio.to_thread(Weights.from_bytes, weights)
            engine = engine_of(found.fingerprint, found.encoder)
            model = Model(unpacked, engine, found.encoder)
            self._own[tenant_id] = Serving(model, version, least)
            if len(self._own) > _MOST_MODELS:
                self._own.popitem(last=False)
            log.info("model_loaded", engine=model.engine, version=version)

    async def _procure(self, key: str) -> str:
        """Keep the shipped model; where it is outdated one replica fits and the others wait."""
        if weights := self._default.shipped():
            await self._keep(key, weights)
            return "shipped"
        async with self._pool.connection() as connection:
            ours = "SELECT pg_try_advisory_lock($1)"
            while not await connection.fetchval(ours, _FIT_LOCK):  # noqa: ASYNC110 - in another process
                await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.platform_weights()
            except ModelNotFound:
                await self._keep(key, await self._default.fitted())
                return "fitted"
            finally:
                await connection.execute("SELECT pg_advisory_unlock($1)", _FIT_LOCK)
        return "database"

    async def _keep(self, key: str, weights: bytes) -> None:
        async with self._pool.transaction(None) as connection:
            await ModelStore(connection).keep(key, weights)


def engine_of(key: str, encoder: str = ENGLISH) -> str:
    """What every Classification says it was made by."""
    return f"cassava-heads-{TRAINING_VERSION}-{key[:8]}+{ID_OF[encoder]}"
