"""The analytics service: open, build, serve."""

from mesh import server
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.keys import RemoteKeys
from mesh.postgres import open_pool
from mesh.valkey import Valkey
from services.analytics.composition import Analytics
from services.analytics.settings import Settings


async def main() -> None:
    settings = Settings()
    identity = MeshIdentity(settings.mesh_key, "analytics", settings.certificates)
    valkey = Valkey(settings.redis_url)
    database_url = settings.database_url.get_secret_value()
    async with (
        open_pool(
            database_url,
            schema="analytics",
            role="analytics_app",
            max_size=settings.database_connections,
        ) as pool,
        dial(settings.tickets_target, identity, audience="tickets") as tickets,
    ):
        analytics = Analytics(pool, tickets, valkey)
        await analytics.check_reports()
        await server.serve(
            settings,
            service="analytics",
            register=analytics.register,
            keys=RemoteKeys(tickets),
            ready=analytics.ready,
            loops=[analytics.follower.run],
        )
    await valkey.close()


if __name__ == "__main__":
    server.run(main)
