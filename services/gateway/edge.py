"""The HTTP application of the edge: webhooks in front, every other route in one table."""

from __future__ import annotations

import asyncio
import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from mesh import logs, status, tracing
from mesh.errors import MeshError, TooMany, Unavailable
from mesh.guesses import Guesses
from mesh.keys import RemoteKeys
from mesh.quota import Quota
from services.gateway.accept import Acceptor
from services.gateway.accounts import AccountDirectory
from services.gateway.body import TooLarge, WrongType
from services.gateway.callers import Callers
from services.gateway.console import Console
from services.gateway.feed import Feeds
from services.gateway.health import Health
from services.gateway.live import Live
from services.gateway.news import News
from services.gateway.peers import Mesh, Tickets
from services.gateway.session import Sessions
from services.gateway.sockets import Sockets
from services.gateway.subscriptions import Subscriptions
from services.gateway.traces import traced
from services.gateway.trial import Trial
from services.gateway.visitors import VisitorTokens
from services.gateway.webchat import WebChat, readable
from services.gateway.webhooks import PREFIX, Channels, Webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import grpc
    from starlette.requests import HTTPConnection
    from starlette.routing import BaseRoute
    from starlette.websockets import WebSocket

    from mesh.valkey import Valkey
    from services.gateway.settings import Settings

log = logs.get(__name__)

# From a kind of failure to HTTP, as google.rpc.Code documents it.
HTTP_STATUS = {
    "INVALID_ARGUMENT": HTTPStatus.BAD_REQUEST,
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "PERMISSION_DENIED": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "FAILED_PRECONDITION": HTTPStatus.BAD_REQUEST,
    "ABORTED": HTTPStatus.CONFLICT,
    "RESOURCE_EXHAUSTED": HTTPStatus.TOO_MANY_REQUESTS,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "DEADLINE_EXCEEDED": HTTPStatus.GATEWAY_TIMEOUT,
    "INTERNAL": HTTPStatus.INTERNAL_SERVER_ERROR,
}
# What HTTP alone can say, with the code that comes nearest: OUT_OF_RANGE, INVALID_ARGUMENT, …
_HTTP_ONLY = {
    404: (5, "NOT_FOUND", "no such page"),
    405: (12, "NOT_ALLOWED", "method not allowed"),
}
_OTHER = (3, "INVALID_INPUT", "this cannot be answered")
# The longest a browser has to send us: pongs and nothing else.
_LONGEST_MESSAGE_BYTES = 64 * 1024
# Channels that are asked for more than to verify, parse and send.
_WITH_MORE = ("whatsapp", "telegram")
# The test endpoint waits 25 s for its answer.
_DRAIN_SECONDS = 5
_DETAILS = (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest)


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
        self.draining = asyncio.Event()
        self._mesh = Mesh(dialled)
        tickets = Tickets(dialled["tickets"])
        accounts, acceptor = AccountDirectory(tickets), Acceptor(tickets)
        quota = Quota(valkey, settings.tenant_calls_per_second)
        keys = RemoteKeys(dialled["tickets"])
        guesses = Guesses(settings.wrong_keys_per_address)
        callers = Callers(keys, quota, guesses, tickets, settings.anonymous_tenant)
        self._feeds = Feeds(tickets, valkey)
        others = {kind: one for kind, one in adapters.items() if kind not in _WITH_MORE}
        own = {kind: adapters[kind] for kind in _WITH_MORE}
        self._webhooks = Webhooks(Channels(**own, others=others), accounts, acceptor)
        self._router = application(
            Console(),
            Health(self._mesh, self.draining),
            Trial(callers, accounts, acceptor, tickets),
            Live(callers, tickets, tickets, self._feeds),
            WebChat(
                *(accounts, acceptor, tickets, News(tickets, self._feeds)),
                tokens=VisitorTokens(settings.mesh_key.get_secret_value()),
            ),
            Sessions(callers),
            Subscriptions(callers, accounts, own),
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._webhooks(scope, receive, send)
        else:
            await self._router(scope, receive, send)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until stopped; then end the streams and finish what is in flight."""
        host, _, port = self._settings.listen.rpartition(":")
        config = uvicorn.Config(
            traced(self) if tracing.is_on() else self,
            host=host.strip("[]"),
            port=int(port),
            log_config=None,
            # At "info" it writes a WebSocket's whole address, the live token in it.
            log_level="warning",
            access_log=False,
            lifespan="off",
            # Envoy is in front of us; nobody here asks who the client was.
            proxy_headers=False,
            server_header=False,
            date_header=False,
            ws=Sockets,
            ws_max_size=_LONGEST_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        serving = asyncio.create_task(_Server(config).serve_until(stop, self._feeds))
        await serving

    async def ready(self) -> None:
        """Without tickets nothing can be stored, so nothing may come in."""
        if not await self._mesh.serves("tickets"):
            raise Unavailable("tickets cannot be reached")


class _Server(uvicorn.Server):
    """Signals belong to the mesh: it drains everything in its order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def serve_until(self, stop: asyncio.Event, feeds: Feeds) -> None:
        serving = asyncio.create_task(self.serve())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        feeds.end("restart")
        self.should_exit = True
        await serving


def application(  # noqa: PLR0913, PLR0917 - one a room of the edge
    console: Console,
    health: Health,
    trial: Trial,
    live: Live,
    chat: WebChat,
    sessions: Sessions,
    subscriptions: Subscriptions,
) -> Starlette:
    """Every route that is not a webhook, and every error in one shape."""
    tenant = "/api/v1/tenants/{tenant_id}"
    routes: list[BaseRoute] = [
        Route("/", console.landing),
        Route("/docs/{name}", console.file),
        Route("/openapi.json", console.openapi),
        Route("/console", console.console),
        Route("/console/{path:path}", console.console),
        WebSocketRoute(f"{tenant}/live", live.socket),
        WebSocketRoute(f"{tenant}/live/", live.socket),
        *_with_and_without_slash("/docs", console.docs),
        *_with_and_without_slash("/health", health.get),
        *_with_and_without_slash("/health/live", health.live),
        *_with_and_without_slash("/health/ready", health.ready),
        *_with_and_without_slash("/api/v1/test/test", trial.post, method="POST"),
        *_with_and_without_slash("/api/v1/session", sessions.get),
        *_with_and_without_slash("/api/v1/session", sessions.post, method="POST"),
        *_with_and_without_slash("/api/v1/session", sessions.delete, method="DELETE"),
        *_endless(f"{tenant}/events", live.events),
        *_with_and_without_slash(f"{tenant}/channels/{{channel_id}}/webhook", subscriptions.get),
        *_web_chat(chat),
    ]
    handlers: dict[Any, Any] = {
        MeshError: _mesh_error,
        TooLarge: _too_large,
        WrongType: _wrong_type,
        HTTPException: _http_error,
        Exception: _bug,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


def _web_chat(chat: WebChat) -> list[BaseRoute]:
    """Pages of other origins call these, so browsers ask first whether they may."""
    base = "/api/v1/webchat/{channel_id}"
    routes: list[BaseRoute] = [
        Route(f"{base}/", chat.page),
        Route(f"{base}/widget.js", chat.widget),
    ]
    for path, endpoint, method in (
        ("session", chat.session, "POST"),
        ("messages", chat.post, "POST"),
        ("messages", chat.messages, "GET"),
    ):
        open_one = readable(endpoint, _mesh_error)
        routes += _with_and_without_slash(f"{base}/{path}", open_one, method=method)
    routes += _endless(f"{base}/events", readable(chat.events, _mesh_error))
    return [*routes, Route(f"{base}/{{path:path}}", chat.preflight, methods=["OPTIONS"])]


def _with_and_without_slash(path: str, endpoint: Any, *, method: str = "GET") -> list[Route]:
    return [Route(path, endpoint, methods=[method]), Route(f"{path}/", endpoint, methods=[method])]


def _endless(path: str, endpoint: Any) -> list[Route]:
    """Of a stream there is no HEAD: it would have ended for Envoy, who sends the next request into
    the connection on which it goes on for us.
    """
    routes = _with_and_without_slash(path, endpoint)
    for route in routes:
        route.methods = {"GET"}
    return routes


def error_response(error: MeshError) -> JSONResponse:
    """google.rpc.Status as JSON; the details name reason and fields."""
    said = json_format.MessageToDict(status.to_status(error), preserving_proto_field_name=True)
    headers = {}
    if isinstance(error, TooMany):
        headers["retry-after"] = str(max(1, round(error.retry_after_seconds)))
    elif isinstance(error, Unavailable):
        headers["retry-after"] = "2"
    return JSONResponse(
        {"details": [], **said}, status_code=HTTP_STATUS[error.code], headers=headers
    )


async def _mesh_error(connection: HTTPConnection | WebSocket, error: MeshError) -> Any:
    if type(error).code == MeshError.code:
        return await _bug(connection, error)
    return await _answer(connection, error_response(error))


async def _bug(connection: HTTPConnection | WebSocket, error: Exception) -> Any:
    log.error("request_crashed", exc_info=error)
    bug = MeshError("internal error")
    bug.reason = "INTERNAL"
    return await _answer(connection, error_response(bug))


async def _answer(connection: HTTPConnection | WebSocket, response: JSONResponse) -> Any:
    """A socket that was not accepted yet is refused with the same answer."""
    if connection.scope["type"] == "websocket":
        await connection.send_denial_response(response)  # type: ignore[union-attr]
        return None
    return response


async def _too_large(_: HTTPConnection, __: TooLarge) -> JSONResponse:
    return _plain(413, 8, "INVALID_INPUT", "the body is too large")


async def _wrong_type(_: HTTPConnection, __: WrongType) -> JSONResponse:
    return _plain(415, 3, "INVALID_INPUT", "send application/json")


async def _http_error(_: HTTPConnection, error: HTTPException) -> JSONResponse:
    return _plain(error.status_code, *_HTTP_ONLY.get(error.status_code, _OTHER))


def _plain(http_status: int, code: int, reason: str, message: str) -> JSONResponse:
    said = status_pb2.Status(code=code, message=message)
    said.details.add().Pack(error_details_pb2.ErrorInfo(reason=reason, domain=status.DOMAIN))
    return JSONResponse(json_format.MessageToDict(said), status_code=http_status)
