"""The classifier service: open, build, serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.classifier.v1 import classifier_pb2_grpc as rpc

from mesh import server
from mesh.access import MeshIdentity, RemoteKeys
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.postgres import open_pool
from services.classifier.language import Languages
from services.classifier.servicer import ClassifierServicer
from services.classifier.settings import Settings
from services.classifier.shelf import Shelf

if TYPE_CHECKING:
    import grpc


async def main() -> None:
    settings = Settings()
    identity = MeshIdentity(settings.mesh_key, "classifier")
    url = settings.database_url.get_secret_value()
    tickets = dial(settings.tickets_target or "dns:///tickets", identity, audience="tickets")
    async with (
        open_pool(url, schema="classifier", role="classifier_app", max_size=2) as pool,
        tickets,
    ):
        shelf = Shelf(pool)
        servicer = ClassifierServicer(shelf, Encoder(), Languages())

        def register(to: grpc.aio.Server) -> None:
            rpc.add_ClassifierServiceServicer_to_server(servicer, to)

        keys, loops = RemoteKeys(tickets), (shelf.stock,)
        await server.serve(
            settings,
            service="classifier",
            register=register,
            keys=keys,
            ready=shelf.ready,
            loops=loops,
        )


if __name__ == "__main__":
    server.run(main)
