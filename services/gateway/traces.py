"""The traces of the gateway: where one begins, and where one that was stored is taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mesh import tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SERVER_ERRORS = 500
_WEBHOOKS = "/api/v1/webhooks/"


def traced(application: Application) -> Application:
    """The same application with a span a request. Only where spans are recorded: it is no layer
    that the hot path has for nothing.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        with tracing.span(
            *(_name(scope), "server"),
            parent=_parent(scope),
            attributes={"http.request.method": scope["method"], "url.path": scope["path"]},
        ) as span:

            async def told(message: MutableMapping[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    span.note("http.response.status_code", message["status"])
                    if message["status"] >= _SERVER_ERRORS:
                        span.fail(str(message["status"]))
                await send(message)

            await application(scope, receive, told)

    return answer


def of_turn(turn: ClaimedTurn) -> tracing.Span:
    """One turn, beneath the webhook that brought it; taken again after a lost lease, beside it."""
    attributes: dict[str, str | int] = {
        "messaging.operation.type": "process",
        "messaging.destination.name": "turns",
        "messaging.message.id": turn.turn_id,
        "cassava.tenant_id": turn.tenant_id,
    }
    if turn.attempts > 1:
        attributes["messaging.redelivery_count"] = turn.attempts - 1
    return tracing.span(
        *("process turn", "consumer"),
        parent="" if turn.attempts > 1 and tracing.is_on() else turn.traceparent,
        links=(turn.traceparent,),
        attributes=attributes,
    )


def of_delivery(delivery_id: str, attempt: int, traceparent: str) -> tracing.Span:
    """One attempt to send, beneath the turn that decided what is sent."""
    return tracing.span(
        *("process delivery", "consumer"),
        parent=traceparent,
        links=(traceparent,),
        attributes={
            "messaging.operation.type": "process",
            "messaging.destination.name": "deliveries",
            "messaging.message.id": delivery_id,
            "cassava.attempt": attempt,
        },
    )


def _name(scope: Scope) -> str:
    """Few names for many paths: the channel is one, a tenant is not."""
    if not scope["path"].startswith(_WEBHOOKS):
        return str(scope["method"])
    channel = scope["path"][len(_WEBHOOKS) :].partition("/")[0]
    known = channel if channel in {"whatsapp", "telegram", "custom"} else "{channel}"
    return f"{scope['method']} {_WEBHOOKS}{known}"


def _parent(scope: Scope) -> str:
    found = [value for name, value in scope["headers"] if name == b"traceparent"]
    return tracing.accepted(found[0].decode("latin-1")) if len(found) == 1 else ""
