"""Every call the gateway makes, in its own words, and the stubs behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cassava.analytics.v1.analytics_pb2_grpc import AnalyticsServiceStub
from cassava.classifier.v1.classifier_pb2_grpc import ClassifierServiceStub
from cassava.responder.v1.responder_pb2_grpc import ResponderServiceStub
from cassava.tickets.v1.access_pb2_grpc import AccessServiceStub
from cassava.tickets.v1.channel_pb2_grpc import ChannelServiceStub
from cassava.tickets.v1.delivery_pb2_grpc import DeliveryServiceStub
from cassava.tickets.v1.event_pb2_grpc import EventServiceStub
from cassava.tickets.v1.inbox_pb2_grpc import InboxServiceStub
from cassava.tickets.v1.turn_pb2_grpc import TurnServiceStub

if TYPE_CHECKING:
    import grpc


@dataclass(frozen=True, slots=True)
class Tickets:
    """The record, by noun."""

    inbox: InboxServiceStub
    turns: TurnServiceStub
    deliveries: DeliveryServiceStub
    channels: ChannelServiceStub
    access: AccessServiceStub
    events: EventServiceStub


@dataclass(frozen=True, slots=True)
class Peers:
    """Whom the gateway calls; nobody calls it."""

    tickets: Tickets
    classifier: ClassifierServiceStub
    responder: ResponderServiceStub
    analytics: AnalyticsServiceStub


def tickets(channel: grpc.aio.Channel) -> Tickets:
    return Tickets(
        inbox=InboxServiceStub(channel),
        turns=TurnServiceStub(channel),
        deliveries=DeliveryServiceStub(channel),
        channels=ChannelServiceStub(channel),
        access=AccessServiceStub(channel),
        events=EventServiceStub(channel),
    )


def peers(
    to_tickets: grpc.aio.Channel,
    to_classifier: grpc.aio.Channel,
    to_responder: grpc.aio.Channel,
    to_analytics: grpc.aio.Channel,
) -> Peers:
    return Peers(
        tickets=tickets(to_tickets),
        classifier=ClassifierServiceStub(to_classifier),
        responder=ResponderServiceStub(to_responder),
        analytics=AnalyticsServiceStub(to_analytics),
    )
