"""Where the model in use stands: fetched from the database, fitted first when it is not there."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mesh import logs
from mesh.encoder import ENCODER_ID
from mesh.errors import Unavailable
from services.classifier.intent import fingerprint, read_examples
from services.classifier.model import Model, Weights
from services.classifier.store import ModelNotStored, ModelStore

if TYPE_CHECKING:
    from mesh.postgres import Pool

log = logs.get(__name__)

# Goes up when the same examples would give other weights.
TRAINING_VERSION = "1"
TRAINING_SECONDS = 180.0
_ROOM = Path(__file__).parent


class ModelNotReady(Unavailable):
    def __init__(self) -> None:
        super().__init__("the classifier's model is not loaded yet, try again")


class TrainingDied(RuntimeError):
    def __init__(self, status: int | None) -> None:
        super().__init__(f"training ended with status {status}")


class Shelf:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._model: Model | None = None

    @property
    def model(self) -> Model:
        """Raise `ModelNotReady` until one is loaded."""
        if self._model is None:
            raise ModelNotReady
        return self._model

    async def ready(self) -> None:
        _ = self.model  # what is missing is what it raises

    @property
    def key(self) -> str:
        """Names the weights that today's examples give."""
        folders = ("default_intents", "feelings")
        examples = [example for name in folders for example in read_examples(_ROOM / name)]
        return fingerprint(examples, ENCODER_ID, TRAINING_VERSION)

    async def stock(self, _: asyncio.Event) -> None:
        """Load the model of today's examples; a loop that ends when it stands."""
        key, started = self.key, time.monotonic()
        weights = await self._fetched(key)
        is_fitted_now = weights is None
        if weights is None:
            await self._keep(key, await _fitted())
            weights = await self._fetched(key) or b""
        engine = f"cassava-heads-{TRAINING_VERSION}-{key[:8]}+{ENCODER_ID}"
        self._model = Model(Weights.from_bytes(weights), engine)
        seconds = round(time.monotonic() - started, 2)
        log.info("model_loaded", engine=engine, fitted_now=is_fitted_now, seconds=seconds)

    async def _fetched(self, key: str) -> bytes | None:
        async with self._pool.transaction(None, readonly=True) as connection:
            try:
                return await ModelStore(connection).weights(key)
            except ModelNotStored:
                return None

    async def _keep(self, key: str, weights: bytes) -> None:
        async with self._pool.transaction(None) as connection:
            await ModelStore(connection).keep(key, weights)


async def _fitted() -> bytes:
    with tempfile.TemporaryDirectory(prefix="cassava-") as folder:
        file = Path(folder) / "weights.npz"
        training = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.classifier.training", str(file))
        )
        try:
            async with asyncio.timeout(TRAINING_SECONDS):
                status = await training.wait()
        finally:
            if training.returncode is None:
                training.kill()
                await training.wait()
        if status != 0:
            raise TrainingDied(status)
        return file.read_bytes()
