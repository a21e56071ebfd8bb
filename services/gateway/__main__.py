"""Two roles of one package: `edge` takes what comes in, `worker` does the work. The first
argument picks.
"""

from __future__ import annotations

import functools
import os
import socket
import sys
from contextlib import AsyncExitStack

from mesh import egress, server
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.times import now
from mesh.valkey import Valkey
from services.gateway.accounts import AccountDirectory
from services.gateway.channels import custom, sending, telegram, whatsapp
from services.gateway.channels.channel import Channel
from services.gateway.delivery import Deliveries
from services.gateway.drafts import Drafts
from services.gateway.edge import Edge
from services.gateway.endpoints import Endpoints
from services.gateway.erasure import Erasures
from services.gateway.media import Media
from services.gateway.orchestrator import Orchestrator
from services.gateway.peers import Tickets, peers_of
from services.gateway.presence import Presence
from services.gateway.replay import Replays
from services.gateway.reply_hook import ReplyHooks
from services.gateway.settings import Settings
from services.gateway.worker import Loop, Turns

# Nobody waits for these; without Valkey they are this late.
_LOOK_FOR_REPLAYS_SECONDS = 10.0
_LOOK_FOR_ERASURES_SECONDS = 5.0
PEERS = ("tickets", "classifier", "responder", "analytics")


async def main(role: str) -> None:
    settings, name = Settings(), f"gateway-{role}"
    identity = MeshIdentity(settings.mesh_key, name, settings.certificates)
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(sending.open_client())
        # What tenants give as an address is asked by this one alone.
        hooks = await opened.enter_async_context(egress.open_client(settings.egress_networks))
        adapters: dict[str, Channel] = {
            whatsapp.KIND: whatsapp.WhatsApp(client, settings.whatsapp_api_url or whatsapp.API_URL),
            telegram.KIND: telegram.Telegram(client, settings.telegram_api_url or telegram.API_URL),
            custom.KIND: custom.Custom(hooks),
        }
        targets = {peer: getattr(settings, f"{peer}_target") or f"dns:///{peer}" for peer in PEERS}
        dialled = {peer: dial(at, identity, audience=peer) for peer, at in targets.items()}
        for channel in dialled.values():
            await opened.enter_async_context(channel)
        valkey = Valkey(settings.redis_url)
        opened.push_async_callback(valkey.close)
        if role == "edge":
            edge = Edge(settings, dialled, adapters, valkey)
            await server.work(
                settings,
                service=name,
                loops=[edge.run],
                ready=edge.ready,
                draining=edge.draining,
            )
        else:
            peers, me = peers_of(dialled), f"{socket.gethostname()}:{os.getpid()}"
            presence = Presence(AccountDirectory(Tickets(dialled["tickets"])), adapters)
            drafts = Drafts(peers, valkey)
            story = Orchestrator(peers, presence, drafts, ReplyHooks(peers, hooks), now)
            turns = Turns(me, peers, story, settings.worker_turns)
            out = Deliveries(me, peers, adapters, settings.worker_deliveries)
            again = Replays(peers, adapters)
            files = Media(me, peers, adapters, settings.worker_media)
            told = Endpoints(me, peers, hooks, settings.worker_endpoints)
            loops = [
                Loop(turns, valkey).run,
                Loop(out, valkey).run,
                Loop(files, valkey).run,
                Loop(told, valkey).run,
                Loop(again, valkey, sweep_seconds=_LOOK_FOR_REPLAYS_SECONDS).run,
                Loop(Erasures(peers), valkey, sweep_seconds=_LOOK_FOR_ERASURES_SECONDS).run,
            ]
            await server.work(settings, service=name, loops=loops)


if __name__ == "__main__":
    if sys.argv[1:] not in (["edge"], ["worker"]):
        sys.exit("usage: python -m services.gateway edge|worker")
    server.run(functools.partial(main, sys.argv[1]))
