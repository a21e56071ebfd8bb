"""The classifier service: open, build, serve."""

from functools import partial

from cassava.classifier.v1.classifier_pb2_grpc import add_ClassifierServiceServicer_to_server

from mesh import server
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.keys import RemoteKeys
from mesh.postgres import open_pool
from services.classifier.language import Languages
from services.classifier.servicer import ClassifierServicer
from services.classifier.settings import Settings
from services.classifier.shelf import Shelf


async def main() -> None:
    settings = Settings()
    identity = MeshIdentity(settings.mesh_key, "classifier")
    url = settings.database_url.get_secret_value()
    tickets = dial(settings.tickets_target or "dns:///tickets", identity, audience="tickets")
    async with tickets, open_pool(url, schema="classifier", role="classifier_app") as pool:
        shelf = Shelf(pool)
        servicer = ClassifierServicer(shelf, Encoder(), Languages())
        await server.serve(
            settings,
            service="classifier",
            register=partial(add_ClassifierServiceServicer_to_server, servicer),
            keys=RemoteKeys(tickets),
            ready=shelf.ready,
            loops=(shelf.stock,),
        )


if __name__ == "__main__":
    server.run(main)
