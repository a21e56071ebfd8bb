"""The classifier service: open, build, serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.classifier.v1 import classifier_pb2_grpc, intent_pb2_grpc

from mesh import server
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.keys import RemoteKeys
from mesh.pages import Pages
from mesh.postgres import open_pool
from mesh.transactions import Forgetting
from services.classifier.encoding import Encoders, open_encoder
from services.classifier.intents.servicer import IntentServicer
from services.classifier.language import Languages
from services.classifier.reader import Reader
from services.classifier.servicer import ClassifierServicer
from services.classifier.settings import Settings
from services.classifier.shelf import Shelf
from services.classifier.trainings.trainer import Trainer

if TYPE_CHECKING:
    import grpc


async def main() -> None:
    settings = Settings()
    identity = MeshIdentity(settings.mesh_key, "classifier", settings.certificates)
    url = settings.database_url.get_secret_value()
    tickets = dial(settings.tickets_target or "dns:///tickets", identity, audience="tickets")
    async with (
        tickets,
        open_pool(
            url,
            schema="classifier",
            role="classifier_app",
            max_size=settings.database_connections,
        ) as pool,
    ):
        shelf, encoders = Shelf(pool), Encoders(open_encoder())
        reader = Reader(shelf, encoders, Languages())

        def register(to: grpc.aio.Server) -> None:
            classifier = ClassifierServicer(reader, shelf, encoders, pool)
            intents = IntentServicer(pool, encoders, Pages(settings.mesh_key))
            classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(classifier, to)
            intent_pb2_grpc.add_IntentServiceServicer_to_server(intents, to)

        await server.serve(
            settings,
            service="classifier",
            register=register,
            keys=RemoteKeys(tickets),
            ready=shelf.ready,
            loops=(shelf.stock, shelf.watch, Trainer(pool, shelf).run, Forgetting(pool).run),
        )


if __name__ == "__main__":
    server.run(main)
