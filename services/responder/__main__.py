"""Composition root: providers in order, what protects us from them, and the two services."""

from __future__ import annotations

import functools
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from cassava.responder.v1 import knowledge_pb2_grpc, responder_pb2_grpc, shadow_pb2_grpc
from cassava.tickets.v1 import tenant_pb2_grpc, turn_pb2_grpc

from mesh import migrate, server
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.encoder import Encoder
from mesh.keys import RemoteKeys
from mesh.pages import Pages
from mesh.postgres import open_pool
from mesh.transactions import Forgetting
from mesh.valkey import Valkey
from services.responder.allowance import Allowance
from services.responder.chain import open_chain
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.servicer import KnowledgeServicer
from services.responder.memory import Memory
from services.responder.providers.knowledge import Quoting
from services.responder.reply import Replying
from services.responder.servicer import ResponderServicer
from services.responder.settings import Settings
from services.responder.shadow.beside import Beside
from services.responder.shadow.servicer import ShadowServicer
from services.responder.suggesting import Suggesting
from services.responder.watch import Watch

if TYPE_CHECKING:
    import grpc


MIGRATIONS = Path(__file__).parent / "migrations"
# For a connection. An answer without its passages is worse than a late one, and a search has its
# own limit, as has each call.
_WAIT_SECONDS = 4.0


async def main() -> None:
    settings = Settings()
    identity = MeshIdentity(settings.mesh_key, "responder", settings.certificates)
    async with AsyncExitStack() as opened:
        url = settings.database_url.get_secret_value()
        pool = await opened.enter_async_context(
            open_pool(
                url,
                schema="responder",
                role="responder_app",
                max_size=settings.database_connections,
                wait_seconds=_WAIT_SECONDS,
            )
        )
        chain = await opened.enter_async_context(open_chain(Settings, pool))
        tickets = dial(settings.tickets_target or "dns:///tickets", identity, audience="tickets")
        await opened.enter_async_context(tickets)
        encoder = Encoder()
        finder = Finder(pool, encoder)
        await finder.prepare()
        valkey = Valkey(settings.redis_url)
        opened.push_async_callback(valkey.close)
        memory = Memory(valkey, settings.mesh_key)
        beside = Beside(pool, chain.rung_for)
        replying = Replying(finder, Quoting(encoder), chain.rungs, memory, beside)
        suggesting = Suggesting(replying, turn_pb2_grpc.TurnServiceStub(tickets), valkey)
        allowance = Allowance(tenant_pb2_grpc.TenantServiceStub(tickets))
        signing = Pages(settings.mesh_key)

        def register(to: grpc.aio.Server) -> None:
            knowledge = KnowledgeServicer(pool, encoder, finder, signing)
            responder_pb2_grpc.add_ResponderServiceServicer_to_server(
                ResponderServicer(replying, suggesting, chain.rungs, pool, allowance), to
            )
            knowledge_pb2_grpc.add_KnowledgeServiceServicer_to_server(knowledge, to)
            shadow_pb2_grpc.add_ShadowServiceServicer_to_server(
                ShadowServicer(pool, chain.rung_for, signing), to
            )

        await server.serve(
            settings,
            service="responder",
            register=register,
            keys=RemoteKeys(tickets),
            ready=functools.partial(migrate.is_current, pool, MIGRATIONS),
            loops=[Watch(chain.rungs).watch, chain.follow, Forgetting(pool).run],
        )


if __name__ == "__main__":
    server.run(main)
