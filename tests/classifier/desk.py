"""A desk at the classifier: the real service on a port, for a tenant that teaches."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cassava.classifier.v1 import classifier_pb2 as classify_pb
from cassava.classifier.v1 import classifier_pb2_grpc, intent_pb2_grpc
from cassava.classifier.v1 import intent_pb2 as pb
from cassava.type.v1 import classification_pb2
from pydantic import SecretStr

from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.keys import RemoteKeys
from mesh.pages import Pages
from mesh.postgres import open_pool
from mesh.server import answering
from services.classifier.encoding import Encoders
from services.classifier.intents.servicer import IntentServicer
from services.classifier.reader import Reader
from services.classifier.servicer import ClassifierServicer
from services.classifier.settings import Settings
from services.classifier.trainings.trainer import Trainer
from tests.classifier.known import Known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc

    from mesh.encoder import Encoder
    from mesh.postgres import Pool
    from services.classifier.language import Languages
    from services.classifier.weights import Weights

MESH_KEY = SecretStr("a mesh key for tests")
SAID = {
    "book_room": [
        "I want to book a room for two nights",
        "do you have a double room free in June",
        "reserve a single room please",
        "can I get a room with a view next weekend",
        "is there a family room available on Friday",
        "book us two rooms from Monday",
    ],
    "late_checkout": [
        "may we leave the room later than eleven",
        "can I check out at two in the afternoon",
        "late check-out please",
        "how much is it to keep the room until evening",
        "our flight is at night, can we stay until six",
        "I would like to check out late on Sunday",
    ],
    "spa_hours": [
        "when does the sauna open",
        "is the pool open in the evening",
        "what are the hours of the spa",
        "until when can I swim",
        "spa opening times",
        "can I use the steam bath at seven in the morning",
    ],
}


class Desk:
    """Both stubs of one replica, and its insides where a test is about them."""

    def __init__(self, channel: grpc.aio.Channel, shelf: Known, pool: Pool) -> None:
        self.words = classifier_pb2_grpc.ClassifierServiceStub(channel)
        self.intents = intent_pb2_grpc.IntentServiceStub(channel)
        self.shelf = shelf
        self.pool = pool
        self.trainer = Trainer(pool, shelf)

    async def put(self, said: dict[str, list[str]] = SAID, tenant: str = "acme") -> Any:
        examples = [pb.Example(text=t, intent=name) for name, texts in said.items() for t in texts]
        request = pb.PutIntentsRequest(tenant_id=tenant, examples=examples)
        return await self.intents.PutIntents(request)

    async def train(self, tenant: str = "acme", **chosen: Any) -> pb.Training:
        request = pb.StartTrainingRequest(tenant_id=tenant, **chosen)
        started = await self.intents.StartTraining(request)
        await self.trainer._take_one(asyncio.Event())
        await self.shelf.look()
        return await self.training(started.training.id, tenant)

    async def training(self, training_id: str, tenant: str = "acme") -> pb.Training:
        request = pb.GetTrainingRequest(tenant_id=tenant, training_id=training_id)
        return (await self.intents.GetTraining(request)).training

    async def examples(self, intent: str = "") -> list[pb.Example]:
        asked = pb.ListExamplesRequest(tenant_id="acme", intent=intent)
        return list((await self.intents.ListExamples(asked)).examples)

    async def heard(self, text: str, tenant: str = "acme") -> classification_pb2.Classification:
        request = classify_pb.ClassifyRequest(tenant_id=tenant, messages=[text])
        return (await self.words.Classify(request)).classification

    async def publish(self, version: int) -> None:
        request = pb.PublishModelRequest(tenant_id="acme", version=version)
        await self.intents.PublishModel(request)


@asynccontextmanager
async def a_desk(
    url: str, encoder: Encoder | Encoders, languages: Languages, weights: Weights
) -> AsyncIterator[Desk]:
    async with open_pool(url, schema="classifier", role="classifier_app", max_size=4) as pool:
        shelf = Known(pool)
        await shelf.put(weights)
        await shelf.stock(asyncio.Event())
        async with _serving(url, pool, shelf, encoder, languages) as channel:
            yield Desk(channel, shelf, pool)


@asynccontextmanager
async def _serving(
    database: str, pool: Pool, shelf: Known, encoder: Encoder | Encoders, languages: Languages
) -> AsyncIterator[grpc.aio.Channel]:
    settings = Settings(mesh_key=MESH_KEY, database_url=SecretStr(database), drain_seconds=0.2)

    def register(to: grpc.aio.Server) -> None:
        encoders = encoder if isinstance(encoder, Encoders) else Encoders(encoder)
        reader = Reader(shelf, encoders, languages)
        classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(
            ClassifierServicer(reader, shelf, encoders, pool), to
        )
        intent_pb2_grpc.add_IntentServiceServicer_to_server(
            IntentServicer(pool, encoders, Pages(MESH_KEY)), to
        )

    nowhere = dial("127.0.0.1:9", MeshIdentity(MESH_KEY, "classifier"), audience="tickets")
    keys = RemoteKeys(nowhere)
    served = answering(settings, service="classifier", register=register, keys=keys)
    async with nowhere, served as server:
        await server.tell(is_ready=True)
        gateway = MeshIdentity(MESH_KEY, "gateway")
        async with dial(server.address, gateway, audience="classifier") as channel:
            yield channel
