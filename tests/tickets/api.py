"""The service as a caller sees it: every stub on one channel, errors as the mesh's kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from cassava.tickets.v1 import (
    access_pb2_grpc,
    agent_pb2_grpc,
    channel_pb2_grpc,
    conversation_pb2_grpc,
    customer_pb2_grpc,
    delivery_pb2_grpc,
    endpoint_pb2_grpc,
    event_pb2_grpc,
    inbox_pb2_grpc,
    media_pb2_grpc,
    privacy_pb2_grpc,
    sla_pb2_grpc,
    tenant_pb2_grpc,
    ticket_pb2_grpc,
    turn_pb2_grpc,
)

from mesh import status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Api:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self.tenants = tenant_pb2_grpc.TenantServiceStub(channel)
        self.channels = channel_pb2_grpc.ChannelServiceStub(channel)
        self.access = access_pb2_grpc.AccessServiceStub(channel)
        self.customers = customer_pb2_grpc.CustomerServiceStub(channel)
        self.privacy = privacy_pb2_grpc.PrivacyServiceStub(channel)
        self.conversations = conversation_pb2_grpc.ConversationServiceStub(channel)
        self.tickets = ticket_pb2_grpc.TicketServiceStub(channel)
        self.agents = agent_pb2_grpc.AgentServiceStub(channel)
        self.sla = sla_pb2_grpc.SlaServiceStub(channel)
        self.events = event_pb2_grpc.EventServiceStub(channel)
        self.inbox = inbox_pb2_grpc.InboxServiceStub(channel)
        self.turns = turn_pb2_grpc.TurnServiceStub(channel)
        self.media = media_pb2_grpc.MediaServiceStub(channel)
        self.endpoints = endpoint_pb2_grpc.EndpointServiceStub(channel)
        self.deliveries = delivery_pb2_grpc.DeliveryServiceStub(channel)


def keyed(address: str, key: str) -> grpc.aio.Channel:
    """A channel of whoever holds this key; an empty one holds none."""
    return grpc.aio.insecure_channel(address, interceptors=[_Unary(key), _Stream(key)])


class _Unary(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, key: str) -> None:
        self._key = key

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        call = await continuation(_with_key(details, self._key), request)
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise status.from_rpc_error(error, peer="tickets") from None


class _Stream(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, key: str) -> None:
        self._key = key

    async def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
        return _messages(await continuation(_with_key(details, self._key), request))


async def _messages(call: Any) -> AsyncIterator[Any]:
    try:
        async for message in call:
            yield message
    except grpc.aio.AioRpcError as error:
        raise status.from_rpc_error(error, peer="tickets") from None
    finally:
        call.cancel()


def _with_key(details: Any, key: str) -> Any:
    pairs = [("authorization", f"Bearer {key}")] if key else []
    return details._replace(metadata=grpc.aio.Metadata(*(details.metadata or ()), *pairs))
