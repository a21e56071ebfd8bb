"""Every method, ours too, with messages that nobody writes on purpose: refused, never broken."""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2
from google.protobuf import json_format

from mesh.access import MESH_TOKEN, MeshIdentity, Role
from tests.contract.fuzz import Fuzzer
from tests.contract.tenants import Caller, a_furnished_tenant, at_the_edge
from tests.contract.walk import Method, Route, methods
from tests.front import MESH_KEY
from tests.tickets.builders import PLATFORM_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from google.protobuf.message import Message

    from tests.front import Front

TENANT = "fuzzed"
# A refusal comes faster; the first word of a stream may be a heartbeat far away.
_OPENS_SECONDS = 1.0
# CASSAVA_FUZZ=1000 looks longer, at other messages.
TIMES = int(os.environ.get("CASSAVA_FUZZ", "6"))
BROKEN = {
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DATA_LOSS,
    grpc.StatusCode.UNIMPLEMENTED,
}
BROKEN_HTTP = {500, 501, 502}
# What would end the tenant or the key that the others need comes last.
_LAST = ("RevokeKey", "ArchiveTenant")
ALL = sorted(methods(), key=lambda each: each.name in _LAST)


class Target:
    """A tenant with one of everything, and each service as its own kind of caller reaches it."""

    def __init__(self, front: Front, admin: Caller, things: Mapping[str, str]) -> None:
        self._front = front
        self.admin = admin
        self.things = things
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Target:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._opened.aclose()

    async def code(self, method: Method, said: bytes) -> tuple[grpc.StatusCode, str]:
        """What came of it; a stream that opens and has nothing to say yet is left at once."""
        address, metadata = self._door(method)
        async with grpc.aio.insecure_channel(address) as channel:
            call: Any = (
                channel.unary_stream(method.path)
                if method.is_stream
                else channel.unary_unary(method.path)
            )
            asked = call(said, metadata=metadata, timeout=20)
            try:
                if method.is_stream:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(anext(aiter(asked), None), _OPENS_SECONDS)
                else:
                    await asked
            except grpc.aio.AioRpcError as error:
                return error.code(), error.details() or ""
            finally:
                asked.cancel()
            return grpc.StatusCode.OK, ""

    async def asked(self, method: Method, route: Route, request: Message) -> tuple[int, str]:
        """The same as JSON: what the path does not hold is in the body or in the query."""
        fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
        path = re.sub(
            r"\{(\w+)\}", lambda at: quote(str(fields.pop(at[1], "")), safe=""), route.path
        )
        body = fields if route.body == "*" else fields.pop(route.body, {}) if route.body else None
        asked = {} if route.body == "*" else fields
        _, key = self._door(method)
        response = await self.admin.http.request(
            route.verb, path, json=body, params=asked, headers=dict(key)
        )
        return response.status_code, response.text

    def _door(self, method: Method) -> tuple[str, list[tuple[str, str]]]:
        if method.least is Role.MESH:
            service = method.service.split(".")[1]
            (at,) = self._front.clusters[service]
            token = MeshIdentity(MESH_KEY, "gateway-worker").token(service)
            return str(at), [(MESH_TOKEN, token)]
        key = PLATFORM_KEY if method.least is Role.PLATFORM else self.admin.key
        return str(self._front.edge), [("authorization", f"Bearer {key}")]


@pytest.fixture(scope="module")
async def target(front: Front) -> AsyncIterator[Target]:
    async with (
        at_the_edge(front, PLATFORM_KEY) as platform,
        a_furnished_tenant(front, platform, TENANT) as (admin, things),
        Target(front, admin, things) as target,
    ):
        yield target


@pytest.mark.parametrize("method", [pytest.param(each, id=each.path) for each in ALL])
async def test_a_strange_message_is_refused_in_words_and_breaks_nothing(
    target: Target, method: Method
) -> None:
    fuzzer = Fuzzer(method.path, target.things)
    broken = []
    for n in range(TIMES):
        tenant = TENANT if method.takes_tenant else ""
        request = fuzzer.spoiled(method.asking(target.things, tenant))
        said = fuzzer.noise() if n % 5 == 4 else request.SerializeToString()
        code, details = await target.code(method, said)
        if code in BROKEN or "Traceback" in details or "SELECT" in details:
            broken.append((code.name, details, str(request)[:2000]))

    assert broken == []


@pytest.mark.parametrize(
    ("method", "route"),
    [
        pytest.param(each, route, id=f"{route.verb} {route.path}")
        for each in ALL
        for route in each.routes
    ],
)
async def test_a_strange_question_in_json_is_refused_in_words(
    target: Target, method: Method, route: Route
) -> None:
    fuzzer = Fuzzer(f"{route.verb} {route.path}", target.things)
    broken = []
    for _ in range(TIMES):
        tenant = TENANT if method.takes_tenant else ""
        request = fuzzer.spoiled(method.asking(target.things, tenant))
        try:
            status, text = await target.asked(method, route, request)
        except json_format.SerializeToJsonError:
            continue  # a time or a mask that JSON has no words for
        if status in BROKEN_HTTP or "Traceback" in text:
            broken.append((status, text, str(request)[:2000]))

    assert broken == []


async def test_everybody_is_still_there(target: Target, front: Front) -> None:
    async with at_the_edge(front, PLATFORM_KEY) as platform:
        await platform.api.tickets.ListTickets(ticket_pb2.ListTicketsRequest(tenant_id=TENANT))
