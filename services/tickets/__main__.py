"""The tickets service: open, build, serve."""

import functools

from mesh import server
from mesh.postgres import open_pool
from mesh.valkey import Valkey
from services.tickets.composition import DESCRIPTORS, Tickets
from services.tickets.settings import Settings

# Of four connections one is kept for receipts: they settle "perhaps sent" and must never queue
# behind messages (PROTOCOL 4, 9).
_A_RECEIPTS_SHARE = 4


async def main() -> None:
    settings = Settings()
    valkey = Valkey(settings.redis_url)
    database_url = settings.database_url.get_secret_value()
    opened = functools.partial(open_pool, database_url, schema="tickets", role="tickets_app")
    of_receipts = settings.database_connections // _A_RECEIPTS_SHARE
    of_calls = settings.database_connections - of_receipts
    async with opened(max_size=of_calls) as pool, opened(max_size=of_receipts) as receipts:
        tickets = Tickets(settings, pool, valkey, receipts=receipts)
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
