"""Things a test is about something of: say only what matters, the rest is filled in."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import (
    access_pb2,
    channel_pb2,
    conversation_pb2,
    delivery_pb2,
    event_pb2,
    inbox_pb2,
    tenant_pb2,
    turn_pb2,
)
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2

if TYPE_CHECKING:
    from tests.tickets.api import Api

PLATFORM_KEY = "csk_platform_0123456789abcdef"


async def a_tenant(platform: Api, tenant_id: str = "acme", **policy: Any) -> tenant_pb2.Tenant:
    """Without debounce, so that nothing waits."""
    given = tenant_pb2.Policy(**({"debounce_milliseconds": 0} | policy))
    tenant = tenant_pb2.Tenant(id=tenant_id, name=tenant_id.title(), policy=given)
    response = await platform.tenants.CreateTenant(tenant_pb2.CreateTenantRequest(tenant=tenant))
    return response.tenant


async def a_key(
    platform: Api,
    tenant_id: str = "acme",
    role: caller_pb2.Caller.ValueType = caller_pb2.CALLER_ADMIN,
    name: str = "Robin",
) -> str:
    """The key's text, as its holder sends it."""
    response = await platform.access.CreateKey(
        access_pb2.CreateKeyRequest(tenant_id=tenant_id, role=role, name=name)
    )
    return response.secret


async def a_channel(
    api: Api,
    kind: kind_pb2.ChannelKind.ValueType = kind_pb2.CHANNEL_KIND_CUSTOM,
    tenant_id: str = "acme",
    **said: Any,
) -> channel_pb2.Channel:
    channel = channel_pb2.Channel(kind=kind, **said)
    response = await api.channels.CreateChannel(
        channel_pb2.CreateChannelRequest(tenant_id=tenant_id, channel=channel)
    )
    return response.channel


def a_secret(kind: channel_pb2.SecretKind.ValueType, value: str) -> channel_pb2.Secret:
    return channel_pb2.Secret(kind=kind, value=value)


async def a_message(
    mesh: Api, channel: channel_pb2.Channel, text: str = "Where is my parcel?", who: str = "kim"
) -> inbox_pb2.AcceptResult:
    """A customer wrote; what Accept said of it."""
    arrival = inbox_pb2.Arrival(
        contact=inbox_pb2.Contact(
            aliases=[inbox_pb2.ContactAlias(kind="customer_id", value=who)],
            name=who.title(),
            reply_address=who,
        ),
        kind=conversation_pb2.MESSAGE_KIND_TEXT,
        text=text.encode(),
    )
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=f"cw:{uuid.uuid4()}",
        arrival=arrival,
    )
    response = await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))
    return response.results[0]


async def a_dead_letter(
    mesh: Api, channel: channel_pb2.Channel, raw: bytes, reason: str = "not_json"
) -> str:
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=f"cw:{uuid.uuid4()}",
        unreadable=inbox_pb2.Unreadable(reason=reason),
        raw=raw,
    )
    response = await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))
    return response.results[0].message_id


async def a_claimed_turn(mesh: Api, tenant_id: str = "") -> turn_pb2.ClaimedTurn:
    """The next one that is due; of one tenant where others may have some, too."""
    request = turn_pb2.ClaimTurnsRequest(worker="w", free_slots=1)
    turn = (await mesh.turns.ClaimTurns(request)).turns[0]
    while tenant_id not in {"", turn.tenant_id}:
        turn = (await mesh.turns.ClaimTurns(request)).turns[0]
    return turn


async def a_bot_reply(  # noqa: PLR0913, PLR0917  # each with a default
    mesh: Api,
    text: str = "It arrives today.",
    urgency: classification_pb2.Urgency.ValueType = classification_pb2.URGENCY_NORMAL,
    ticket: turn_pb2.TicketWish | None = None,
    kind: outcome_pb2.OutcomeKind.ValueType = outcome_pb2.OUTCOME_KIND_ANSWER,
    tenant_id: str = "",
) -> turn_pb2.CompleteTurnResponse:
    """The due turn, answered by the machine from its knowledge."""
    turn = await a_claimed_turn(mesh, tenant_id)
    return await mesh.turns.CompleteTurn(
        turn_pb2.CompleteTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            classification=classification_pb2.Classification(intent="shipping", urgency=urgency),
            outcome=outcome_pb2.Outcome(kind=kind, text=text, tier=outcome_pb2.TIER_KNOWLEDGE),
            parts=[text],
            ticket=ticket,
        )
    )


async def a_begun_delivery(
    mesh: Api,
) -> tuple[delivery_pb2.ClaimedDelivery, delivery_pb2.BeginDeliveryResponse]:
    """The next part to leave, claimed and begun."""
    claimed = await mesh.deliveries.ClaimDeliveries(
        delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=1)
    )
    delivery = claimed.deliveries[0]
    begun = await mesh.deliveries.BeginDelivery(
        delivery_pb2.BeginDeliveryRequest(
            tenant_id=delivery.tenant_id, delivery_id=delivery.delivery_id, fence=delivery.fence
        )
    )
    return delivery, begun


async def finish(
    mesh: Api,
    delivery: delivery_pb2.ClaimedDelivery,
    outcome: delivery_pb2.DeliveryOutcome.ValueType = delivery_pb2.DELIVERY_OUTCOME_SENT,
    provider_message_id: str = "",
    reason: str = "",
) -> str:
    """What became of its first attempt; the delivery's state."""
    response = await mesh.deliveries.FinishDelivery(
        delivery_pb2.FinishDeliveryRequest(
            tenant_id=delivery.tenant_id,
            delivery_id=delivery.delivery_id,
            fence=delivery.fence,
            attempt=1,
            outcome=outcome,
            provider_message_id=provider_message_id,
            reason=reason,
        )
    )
    return response.state


async def events_of(mesh: Api, prefix: str = "", tenant_id: str = "acme") -> list[event_pb2.Event]:
    """The tenant's events of these types so far, once all of them are numbered."""
    listed: list[event_pb2.Event] = []
    for _ in range(40):
        response = await mesh.events.ListEvents(
            event_pb2.ListEventsRequest(tenant_id=tenant_id, everything=True)
        )
        if listed and len(listed) == len(response.events):
            break
        listed = list(response.events)
        await asyncio.sleep(0.1)
    return [event for event in listed if event.type.startswith(prefix)]
