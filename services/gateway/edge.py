"""The HTTP application of the edge: webhooks in front, every other route in one table."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.gateway.accept import Acceptor
from services.gateway.accounts import AccountDirectory
from services.gateway.peers import Mesh, Tickets
from services.gateway.webhooks import PREFIX, Channels, Webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import grpc
    from starlette.requests import Request

    from mesh.valkey import Valkey
    from services.gateway.settings import Settings


class Edge:
    """One uvicorn server; providers' posts do not pass the router (docs/decisions/0050)."""

    def __init__(
        self,
        settings: Settings,
        dialled: Mapping[str, grpc.aio.Channel],
        adapters: Mapping[str, Any],
        valkey: Valkey,
    ) -> None:
        self._settings = settings
        self._tickets = Tickets(dialled["tickets"])
        self._mesh = Mesh(dialled)
        self._valkey = valkey
        accounts = AccountDirectory(self._tickets)
        self._webhooks = Webhooks(Channels(**adapters), accounts, Acceptor(self._tickets))
        self._routes = Starlette(
            routes=[
                Route("/health", self._health),
                Route("/health/live", self._live),
                Route("/health/ready", self._is_ready),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._webhooks(scope, receive, send)
        else:
            await self._routes(scope, receive, send)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until stopped; then finish what is in flight."""
        host, _, port = self._settings.listen.rpartition(":")
        config = uvicorn.Config(
            self,
            host=host,
            port=int(port),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
        http = uvicorn.Server(config)
        http.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(http.serve())
        await stop.wait()
        http.should_exit = True
        await serving

    async def ready(self) -> None:
        """Without tickets nothing can be stored, so nothing may come in."""
        await self._mesh.services()

    async def _health(self, _: Request) -> JSONResponse:
        services = await self._mesh.services()
        return JSONResponse(
            {
                "status": "ok" if all(services.values()) else "degraded",
                "services": {n: {"status": "ok" if s else "down"} for n, s in services.items()},
            }
        )

    async def _live(self, _: Request) -> JSONResponse:
        return JSONResponse({})

    async def _is_ready(self, _: Request) -> JSONResponse:
        return JSONResponse({})
