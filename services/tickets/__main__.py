"""The tickets service: open, build, serve."""

import functools

from mesh import server
from mesh.postgres import open_pool
from mesh.valkey import Valkey
from services.tickets.composition import DESCRIPTORS, Tickets
from services.tickets.settings import Settings

# Of sixteen connections four are kept for receipts: they settle "perhaps sent" and must never
# queue behind messages (PROTOCOL 4, 9).
_CALLS, _RECEIPTS = 12, 4


async def main() -> None:
    settings = Settings()
    valkey = Valkey(settings.redis_url)
    database_url = settings.database_url.get_secret_value()
    opened = functools.partial(open_pool, database_url, schema="tickets", role="tickets_app")
    async with opened(max_size=_CALLS) as pool, opened(max_size=_RECEIPTS) as receipts:
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
