"""The real encoder, the real model, fitted once a run; the real service on the real PostgreSQL."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.embedded.postgres import Postgres
from mesh.encoder import Encoder
from mesh.migrate import migrate
from mesh.postgres import open_pool
from services.classifier import shelf, training
from services.classifier.intent import read_examples
from services.classifier.language import Languages
from services.classifier.model import Model, Weights
from services.classifier.turn import Labels, label

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mesh.postgres import Pool

MIGRATIONS = Path(shelf.__file__).parent / "migrations"


class Reader:
    """What the servicer does with a text, without a server around it."""

    def __init__(self, encoder: Encoder, model: Model, languages: Languages) -> None:
        self._encoder, self._model, self._languages = encoder, model, languages

    def __call__(self, text: str) -> Labels:
        heard = self._model.hear(text, self._encoder.encode_now([text])[0])
        return label(text, heard, self._languages.spoken(text))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="session")
def weights(encoder: Encoder) -> Weights:
    examples = read_examples(training.INTENTS)
    fitted: Weights = training.train(examples, encoder, read_examples(training.FEELINGS))
    return fitted


@pytest.fixture(scope="session")
def languages() -> Languages:
    return Languages()


@pytest.fixture(scope="session")
def read(encoder: Encoder, weights: Weights, languages: Languages) -> Reader:
    # As stored and loaded again: that is what serves.
    stored = Weights.from_bytes(weights.to_bytes())
    return Reader(encoder, Model(stored, "under test"), languages)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), fsync=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[str]:
    name = f"t{uuid.uuid4().hex}"
    url = postgres.create_database(name)
    await migrate(url, "classifier", MIGRATIONS)
    yield url
    postgres.drop_database(name)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, schema="classifier", role="classifier_app", max_size=2) as pool:
        yield pool
