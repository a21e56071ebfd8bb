"""A servicer method as one transaction of its tenant; a repeated request gets the first answer."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message

from mesh import telemetry
from mesh.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    import grpc

    from mesh.postgres import Connection, Pool

_KEPT = timedelta(hours=24)
_EVERY_SECONDS = 3600.0
_AT_ONCE = 1000

_replays = telemetry.counter(
    "cassava_idempotent_replays", "Requests answered from memory.", {"method": ()}
)


class _Servicer(Protocol):
    _pool: Pool


S = TypeVar("S", bound=_Servicer)
Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


class RequestIdReused(InvalidInput):
    def __init__(self) -> None:
        super().__init__("this request_id came with another request before", field="request_id")


def read(
    method: Callable[[S, Request, Connection], Awaitable[Response]],
) -> Callable[[S, Request, grpc.aio.ServicerContext[Any, Any]], Coroutine[Any, Any, Response]]:
    """The method sees one read-only transaction of the request's tenant."""

    @functools.wraps(method)
    async def in_a_transaction(
        self: S, request: Request, _: grpc.aio.ServicerContext[Any, Any]
    ) -> Response:
        async with self._pool.transaction(
            _tenant(request), readonly=True
        ) as connection:  # the promise of `_Servicer`
            return await method(self, request, connection)

    return in_a_transaction


def change(
    method: Callable[[S, Request, Connection], Awaitable[Response]],
) -> Callable[[S, Request, grpc.aio.ServicerContext[Any, Any]], Coroutine[Any, Any, Response]]:
    """All of the method commits, its answer too, or nothing does.

    The answer is kept under the request_id, in the same transaction: a repeat gets it again.
    """

    @functools.wraps(method)
    async def in_a_transaction(
        self: S, request: Request, _: grpc.aio.ServicerContext[Any, Any]
    ) -> Response:
        async with self._pool.transaction(
            _tenant(request)
        ) as connection:  # the promise of `_Servicer`
            if not (_tenant(request) and getattr(request, "request_id", "")):
                return await method(self, request, connection)
            if answer := await _first_answer(connection, method.__name__, request):
                return answer  # type: ignore[return-value]  # the same method's, so its response
            answer = await method(self, request, connection)
            await _remember(connection, request, answer)
            return answer

    return in_a_transaction


class Forgetting:
    """A loop: answers are kept for a day, as long as callers may repeat a request."""

    def __init__(self, pool: Pool, age: timedelta = _KEPT) -> None:
        self._pool = pool
        self._age = age

    async def run(self, stop: asyncio.Event) -> None:
        """Every hour, and any replica may: rows that another holds are skipped."""
        while not stop.is_set():
            await self.forget()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)

    async def forget(self) -> int:
        """How many there were; `forget_request_ids` is each schema's own."""
        forgotten, gone = 0, _AT_ONCE
        while gone == _AT_ONCE:
            async with self._pool.transaction(None) as connection:
                gone = await connection.fetchval(
                    "SELECT forget_request_ids($1, $2)", self._age, _AT_ONCE
                )
            forgotten += gone
        return forgotten


def _tenant(request: Message) -> str | None:
    return getattr(request, "tenant_id", None) or None


async def _first_answer(connection: Connection, method: str, request: Message) -> Message | None:
    """Claim the request_id; while another holds it in flight, wait for what becomes of it."""
    tenant_id, request_id = request.tenant_id, request.request_id  # type: ignore[attr-defined]
    asked = _hash(method, request)
    claimed = await connection.fetchval(
        """
        INSERT INTO request_ids (tenant_id, request_id, method, request_hash, answer)
        VALUES ($1, $2, $3, $4, '')
        ON CONFLICT (tenant_id, request_id) DO NOTHING
        RETURNING true
        """,
        *(tenant_id, request_id, method, asked),
    )
    if claimed:
        return None
    row = await connection.fetchrow(
        "SELECT request_hash, answer FROM request_ids WHERE tenant_id = $1 AND request_id = $2",
        *(tenant_id, request_id),
    )
    if row is None or row["request_hash"] != asked:
        raise RequestIdReused
    _replays.labels(method).inc()
    return _unpacked(row["answer"])


async def _remember(connection: Connection, request: Message, answer: Message) -> None:
    packed = AnyMessage()
    packed.Pack(answer)
    await connection.execute(
        "UPDATE request_ids SET answer = $3 WHERE tenant_id = $1 AND request_id = $2",
        *(request.tenant_id, request.request_id, packed.SerializeToString()),  # type: ignore[attr-defined]
    )


def _hash(method: str, request: Message) -> bytes:
    said = method.encode() + b"\0" + request.SerializeToString(deterministic=True)
    return hashlib.sha256(said).digest()


def _unpacked(packed: bytes) -> Message:
    answer = AnyMessage.FromString(packed)
    found = descriptor_pool.Default().FindMessageTypeByName(answer.TypeName())
    message: Message = message_factory.GetMessageClass(found).FromString(answer.value)
    return message
