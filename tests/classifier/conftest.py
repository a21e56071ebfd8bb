"""The real encoder, the real model, fitted once a run; the real service on the real PostgreSQL."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from cli.embedded.postgres import Postgres
from mesh.migrate import migrate
from mesh.postgres import open_pool
from services.classifier import reader, shelf
from services.classifier.default_model import DefaultModel
from services.classifier.encoding import Encoders, open_encoder
from services.classifier.language import Languages
from services.classifier.model import Model
from services.classifier.turn import Labels, together
from services.classifier.weights import Weights
from tests.classifier.desk import Desk, a_desk
from tests.classifier.known import Known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mesh.encoder import Encoder
    from mesh.postgres import Pool

MIGRATIONS = Path(shelf.__file__).parent / "migrations"


class Reader:
    """What the servicer does with a text, without a server or a database around it."""

    def __init__(self, encoder: Encoder, model: Model, languages: Languages) -> None:
        nowhere = Known(cast("Pool", None))
        nowhere.stand(model)
        self._reader = reader.Reader(nowhere, Encoders(encoder), languages)

    def __call__(self, text: str, **context: Any) -> Labels:
        return asyncio.run(self._reader.read("", together([text]), **context))[0]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="session")
def weights() -> Weights:
    """As shipped: that a fit of today's examples is the same is a test of its own."""
    shipped = DefaultModel().shipped()
    assert shipped is not None, "make model"
    return Weights.from_bytes(shipped)


@pytest.fixture(scope="session")
def languages() -> Languages:
    return Languages()


@pytest.fixture(scope="session")
def model(weights: Weights) -> Model:
    # As stored and loaded again: that is what serves.
    return Model(Weights.from_bytes(weights.to_bytes()), "under test")


@pytest.fixture(scope="session")
def read(encoder: Encoder, model: Model, languages: Languages) -> Reader:
    return Reader(encoder, model, languages)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), fsync=False)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def a_database(postgres: Postgres) -> AsyncIterator[str]:
    name = f"t{uuid.uuid4().hex}"
    url = postgres.create_database(name)
    await migrate(url, "classifier", MIGRATIONS)
    yield url
    postgres.drop_database(name)


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[str]:
    async with a_database(postgres) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, schema="classifier", role="classifier_app", max_size=4) as pool:
        yield pool


@pytest.fixture
async def desk(
    database: str, encoder: Encoder, languages: Languages, weights: Weights
) -> AsyncIterator[Desk]:
    async with a_desk(database, encoder, languages, weights) as desk:
        yield desk
