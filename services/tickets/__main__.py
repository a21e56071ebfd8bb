"""The tickets service: open, build, serve."""

from mesh import server
from mesh.postgres import open_pool
from mesh.valkey import Valkey
from services.tickets.composition import DESCRIPTORS, Tickets
from services.tickets.settings import Settings


async def main() -> None:
    settings = Settings()
    valkey = Valkey(settings.redis_url)
    database_url = settings.database_url.get_secret_value()
    async with open_pool(database_url, schema="tickets", role="tickets_app", max_size=12) as pool:
        tickets = Tickets(settings, pool, valkey)
        await server.serve(
            settings,
            service="tickets",
            register=tickets.register,
            keys=tickets.keys,
            ready=tickets.ready,
            loops=tickets.loops,
            descriptor_set=DESCRIPTORS.read_bytes(),
        )
    await valkey.close()


if __name__ == "__main__":
    server.run(main)
