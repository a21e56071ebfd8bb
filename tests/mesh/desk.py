"""A small service of the real contract, whose methods do what a test says."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
from cassava.tickets.v1 import (
    access_pb2,
    access_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    ticket_pb2,
    ticket_pb2_grpc,
)
from cassava.type.v1 import access_pb2 as type_pb2
from google.protobuf.message import Message
from pydantic import SecretStr

from mesh.access import Caller, MeshIdentity, Role
from mesh.client import dial
from mesh.errors import NotSignedIn
from mesh.server import answering
from mesh.settings import MeshSettings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Awaitable, Callable

Response = TypeVar("Response", bound=Message)

MESH_KEY = SecretStr("a mesh key for tests only")
TICKET_ID = "11111111-1111-4111-8111-111111111111"
KEYS = {
    "csk_viewer": Caller("acme", Role.VIEWER, "viewer", "k1"),
    "csk_agent": Caller("acme", Role.AGENT, "agent", "k2"),
    "csk_ingest": Caller("acme", Role.INGEST, "ingest", "k3"),
    "csk_platform": Caller(None, Role.PLATFORM, "platform", "k4"),
}


class FixedKeys:
    """Knows the keys above."""

    async def verify(self, key: str) -> Caller:
        if key not in KEYS:
            raise NotSignedIn("unknown key")
        return KEYS[key]

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Nobody reads it here."""

    async def check_tenant(self, tenant_id: str) -> None:
        """Whatever is named is there."""


class Desk(ticket_pb2_grpc.TicketServiceServicer, event_pb2_grpc.EventServiceServicer):
    """Each method awaits what the test gave it."""

    def __init__(
        self,
        get: Callable[[Any], Awaitable[Any]] | None = None,
        watch: Callable[[Any], AsyncIterator[Any]] | None = None,
    ) -> None:
        self._get = get
        self._watch = watch
        self.seen: list[Any] = []

    async def GetTicket(self, request: Any, context: Any) -> ticket_pb2.GetTicketResponse:
        return await self._answer(request, context, ticket_pb2.GetTicketResponse)

    async def ResolveTicket(self, request: Any, context: Any) -> ticket_pb2.ResolveTicketResponse:
        return await self._answer(request, context, ticket_pb2.ResolveTicketResponse)

    async def ListTickets(self, request: Any, context: Any) -> ticket_pb2.ListTicketsResponse:
        return await self._answer(request, context, ticket_pb2.ListTicketsResponse)

    async def ReopenTicket(self, request: Any, context: Any) -> ticket_pb2.ReopenTicketResponse:
        return await self._answer(request, context, ticket_pb2.ReopenTicketResponse)

    async def CreateTicket(self, request: Any, context: Any) -> ticket_pb2.CreateTicketResponse:
        return await self._answer(request, context, ticket_pb2.CreateTicketResponse)

    async def UpdateTicket(self, request: Any, context: Any) -> ticket_pb2.UpdateTicketResponse:
        return await self._answer(request, context, ticket_pb2.UpdateTicketResponse)

    async def AssignTicket(self, request: Any, context: Any) -> ticket_pb2.AssignTicketResponse:
        return await self._answer(request, context, ticket_pb2.AssignTicketResponse)

    async def EscalateTicket(self, request: Any, context: Any) -> ticket_pb2.EscalateTicketResponse:
        return await self._answer(request, context, ticket_pb2.EscalateTicketResponse)

    async def WaitTicket(self, request: Any, context: Any) -> ticket_pb2.WaitTicketResponse:
        return await self._answer(request, context, ticket_pb2.WaitTicketResponse)

    async def ResumeTicket(self, request: Any, context: Any) -> ticket_pb2.ResumeTicketResponse:
        return await self._answer(request, context, ticket_pb2.ResumeTicketResponse)

    async def LinkTickets(self, request: Any, context: Any) -> ticket_pb2.LinkTicketsResponse:
        return await self._answer(request, context, ticket_pb2.LinkTicketsResponse)

    async def UnlinkTickets(self, request: Any, context: Any) -> ticket_pb2.UnlinkTicketsResponse:
        return await self._answer(request, context, ticket_pb2.UnlinkTicketsResponse)

    async def ListTicketChanges(
        self, request: Any, context: Any
    ) -> ticket_pb2.ListTicketChangesResponse:
        return await self._answer(request, context, ticket_pb2.ListTicketChangesResponse)

    async def ListEvents(self, request: Any, context: Any) -> event_pb2.ListEventsResponse:
        return await self._answer(request, context, event_pb2.ListEventsResponse)

    async def ListStreams(self, request: Any, context: Any) -> event_pb2.ListStreamsResponse:
        return await self._answer(request, context, event_pb2.ListStreamsResponse)

    async def Watch(self, request: Any, context: Any) -> AsyncIterator[event_pb2.WatchResponse]:
        del context
        assert self._watch is not None
        async for message in self._watch(request):
            yield message

    async def _answer(self, request: Any, context: Any, response: type[Response]) -> Response:
        self.seen.append((request, dict(context.invocation_metadata())))
        if self._get is not None:
            await self._get(request)
        return response()


class Register:
    """Says whose key it is and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.revoked: set[str] = set()

    CreateKey = ListKeys = RevokeKey = IssueLiveToken = RedeemLiveToken = CheckKey = None
    RecordDenial = RecordAction = None

    async def VerifyKey(self, request: Any, context: Any) -> access_pb2.VerifyKeyResponse:
        del context
        self.asked += 1
        if request.key in self.revoked:
            raise NotSignedIn("revoked")
        caller = await FixedKeys().verify(request.key)
        return access_pb2.VerifyKeyResponse(
            tenant_id=caller.tenant_id or "",
            role=type_pb2.Caller.Value(f"CALLER_{caller.role.name}"),
            name=caller.name,
        )


def settings(**changes: Any) -> MeshSettings:
    return MeshSettings(mesh_key=MESH_KEY, drain_seconds=1, drain_pause_seconds=0, **changes)


@asynccontextmanager
async def serving(
    desk: Any, *, service: str = "tickets", draining: asyncio.Event | None = None, **changes: Any
) -> AsyncIterator[str]:
    """The desk behind a real port; its address."""

    def register(server: grpc.aio.Server) -> None:
        if isinstance(desk, Desk):
            ticket_pb2_grpc.add_TicketServiceServicer_to_server(desk, server)
            event_pb2_grpc.add_EventServiceServicer_to_server(desk, server)
        else:
            access_pb2_grpc.add_AccessServiceServicer_to_server(desk, server)

    opened = answering(
        settings(**changes),
        service=service,
        register=register,
        keys=FixedKeys(),
        draining=draining,
    )
    async with opened as server:
        await server.tell(is_ready=True)
        yield server.address


@asynccontextmanager
async def dialled(address: str, service: str = "gateway") -> AsyncIterator[grpc.aio.Channel]:
    """A channel as a service of the mesh dials it."""
    async with dial(address, MeshIdentity(MESH_KEY, service), audience="tickets") as channel:
        yield channel


@asynccontextmanager
async def a_stranger(address: str) -> AsyncIterator[grpc.aio.Channel]:
    """A channel without anything of ours, as any client has it."""
    async with grpc.aio.insecure_channel(address) as channel:
        yield channel


def get(**changes: Any) -> ticket_pb2.GetTicketRequest:
    return ticket_pb2.GetTicketRequest(**({"ticket_id": TICKET_ID} | changes))


def key(name: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer csk_{name}")]
