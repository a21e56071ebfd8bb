"""Every call the gateway makes: the edge's as Protocols, the worker's as stubs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import grpc
from cassava.classifier.v1 import classifier_pb2_grpc, intent_pb2_grpc
from cassava.responder.v1 import knowledge_pb2_grpc, responder_pb2, responder_pb2_grpc
from cassava.tickets.v1 import (
    access_pb2,
    access_pb2_grpc,
    channel_pb2,
    channel_pb2_grpc,
    conversation_pb2,
    conversation_pb2_grpc,
    delivery_pb2_grpc,
    endpoint_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    inbox_pb2,
    inbox_pb2_grpc,
    media_pb2_grpc,
    privacy_pb2_grpc,
    turn_pb2,
    turn_pb2_grpc,
)
from cassava.type.v1 import channel_pb2 as kind_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh import tracing
from mesh.access import Caller, Role
from mesh.crash import crash_point
from mesh.errors import MeshError

# PROTOCOL 4.3: below every provider's patience.
_ACCEPT_SECONDS = 3.0
_HEALTH_SECONDS = 1.0


class Inbox(Protocol):
    """Where messages become ours."""

    async def accept(self, items: Sequence[inbox_pb2.InboundItem]) -> list[inbox_pb2.AcceptResult]:
        """One result an item, in order; stored when it says so."""

    async def record_receipts(self, receipts: Sequence[inbox_pb2.Receipt]) -> None:
        """What providers say of our sends."""


class AccountBook(Protocol):
    """Who knows the channel accounts."""

    async def find_account(
        self, request: channel_pb2.FindAccountRequest
    ) -> list[channel_pb2.Account]:
        """Empty when there is none."""


class Turns(Protocol):
    """Who knows how far a message is."""

    async def turn_of(self, tenant_id: str, message_id: str) -> turn_pb2.GetTurnByMessageResponse:
        """Raise `NotFound` until a turn covers it."""


class Events(Protocol):
    """The log of what happened."""

    async def list_events(
        self, tenant_id: str, after: int, epoch: str, *, page_size: int = 0
    ) -> event_pb2.ListEventsResponse:
        """Events after a position, oldest first."""


class LiveTokens(Protocol):
    """Single-use tokens of browsers."""

    async def redeem(self, token: str) -> Caller:
        """Whose token this is; raise `NotSignedIn` the second time."""


class Wellbeing(Protocol):
    """How the mesh is."""

    async def services(self) -> Mapping[str, bool]:
        """Which of the services can be asked now."""

    async def serves(self, name: str) -> bool:
        """Whether this one can; nobody else is asked, so nobody else's silence is waited for."""

    async def providers(self) -> responder_pb2.GetProviderStatesResponse:
        """How the reply tiers stand."""


class Tickets:
    """The system of record, dialled."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._inbox = inbox_pb2_grpc.InboxServiceStub(channel)
        self._channels = channel_pb2_grpc.ChannelServiceStub(channel)
        self._turns = turn_pb2_grpc.TurnServiceStub(channel)
        self._events = event_pb2_grpc.EventServiceStub(channel)
        self._conversations = conversation_pb2_grpc.ConversationServiceStub(channel)
        self._access = access_pb2_grpc.AccessServiceStub(channel)

    async def accept(self, items: Sequence[inbox_pb2.InboundItem]) -> list[inbox_pb2.AcceptResult]:
        request = inbox_pb2.AcceptRequest(items=items)
        crash_point("edge.before_accept")
        # A batch is of many traces: a root of its own, with a link to each.
        links = (item.traceparent for item in items)
        with tracing.span("send inbox", "producer", parent="", links=links):
            answer = await self._inbox.Accept(request, timeout=_ACCEPT_SECONDS)
        crash_point("edge.after_commit")
        return list(answer.results)

    async def record_receipts(self, receipts: Sequence[inbox_pb2.Receipt]) -> None:
        request = inbox_pb2.RecordReceiptsRequest(receipts=receipts)
        await self._inbox.RecordReceipts(request, timeout=_ACCEPT_SECONDS)

    async def find_account(
        self, request: channel_pb2.FindAccountRequest
    ) -> list[channel_pb2.Account]:
        answer = await self._channels.FindAccount(request, timeout=_ACCEPT_SECONDS)
        return list(answer.accounts)

    async def turn_of(self, tenant_id: str, message_id: str) -> turn_pb2.GetTurnByMessageResponse:
        request = turn_pb2.GetTurnByMessageRequest(tenant_id=tenant_id, message_id=message_id)
        return await self._turns.GetTurnByMessage(request)

    async def list_events(
        self, tenant_id: str, after: int, epoch: str, *, page_size: int = 0
    ) -> event_pb2.ListEventsResponse:
        return await self._events.ListEvents(
            event_pb2.ListEventsRequest(
                tenant_id=tenant_id, after=after, epoch=epoch, page_size=page_size
            )
        )

    async def conversations_of(self, tenant_id: str, visitor_id: str) -> list[str]:
        """A visitor's conversations, the latest first."""
        request = conversation_pb2.ListConversationsRequest(
            tenant_id=tenant_id,
            channel=kind_pb2.CHANNEL_KIND_WEBCHAT,
            customer_alias=visitor_id,
        )
        answer = await self._conversations.ListConversations(request)
        return [conversation.id for conversation in answer.conversations]

    async def messages_of(
        self, tenant_id: str, conversation_id: str
    ) -> list[conversation_pb2.Message]:
        """All of them, oldest first, page by page."""
        request = conversation_pb2.ListMessagesRequest(
            tenant_id=tenant_id, conversation_id=conversation_id, page_size=100
        )
        found: list[conversation_pb2.Message] = []
        while True:
            answer = await self._conversations.ListMessages(request)
            found += answer.messages
            request.page_token = answer.next_page_token
            if not request.page_token:
                return found

    async def redeem(self, token: str) -> Caller:
        request = access_pb2.RedeemLiveTokenRequest(token=token)
        answer = await self._access.RedeemLiveToken(request)
        return Caller(answer.tenant_id or None, Role(answer.role), key_id=answer.key_id)

    async def check_key(self, tenant_id: str, key_id: str) -> None:
        request = access_pb2.CheckKeyRequest(tenant_id=tenant_id, key_id=key_id)
        await self._access.CheckKey(request)


class Mesh:
    """Every service by its name, asked how it is."""

    def __init__(self, channels: Mapping[str, grpc.aio.Channel]) -> None:
        self._health = {
            name: health_pb2_grpc.HealthStub(channel) for name, channel in channels.items()
        }
        self._responder = responder_pb2_grpc.ResponderServiceStub(channels["responder"])

    async def services(self) -> Mapping[str, bool]:
        serving = await asyncio.gather(*map(self._is_serving, self._health.values()))
        return dict(zip(self._health, serving, strict=True))

    async def serves(self, name: str) -> bool:
        return await self._is_serving(self._health[name])

    async def _is_serving(self, stub: health_pb2_grpc.HealthStub) -> bool:
        request = health_pb2.HealthCheckRequest(service="readiness")
        try:
            answer = await stub.Check(request, timeout=_HEALTH_SECONDS)
        except (MeshError, grpc.aio.AioRpcError):
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def providers(self) -> responder_pb2.GetProviderStatesResponse:
        request = responder_pb2.GetProviderStatesRequest()
        return await self._responder.GetProviderStates(request, timeout=_HEALTH_SECONDS)


@dataclass(frozen=True, slots=True)
class Peers:
    """Whom a worker calls."""

    turns: turn_pb2_grpc.TurnServiceStub
    deliveries: delivery_pb2_grpc.DeliveryServiceStub
    media: media_pb2_grpc.MediaServiceStub
    endpoints: endpoint_pb2_grpc.EndpointServiceStub
    classifier: classifier_pb2_grpc.ClassifierServiceStub
    responder: responder_pb2_grpc.ResponderServiceStub
    inbox: inbox_pb2_grpc.InboxServiceStub
    privacy: privacy_pb2_grpc.PrivacyServiceStub
    intents: intent_pb2_grpc.IntentServiceStub
    knowledge: knowledge_pb2_grpc.KnowledgeServiceStub


def peers_of(channels: Mapping[str, grpc.aio.Channel]) -> Peers:
    """A worker's peers over dialled channels, by service name."""
    return Peers(
        turns=turn_pb2_grpc.TurnServiceStub(channels["tickets"]),
        deliveries=delivery_pb2_grpc.DeliveryServiceStub(channels["tickets"]),
        media=media_pb2_grpc.MediaServiceStub(channels["tickets"]),
        endpoints=endpoint_pb2_grpc.EndpointServiceStub(channels["tickets"]),
        classifier=classifier_pb2_grpc.ClassifierServiceStub(channels["classifier"]),
        responder=responder_pb2_grpc.ResponderServiceStub(channels["responder"]),
        inbox=inbox_pb2_grpc.InboxServiceStub(channels["tickets"]),
        privacy=privacy_pb2_grpc.PrivacyServiceStub(channels["tickets"]),
        intents=intent_pb2_grpc.IntentServiceStub(channels["classifier"]),
        knowledge=knowledge_pb2_grpc.KnowledgeServiceStub(channels["responder"]),
    )
