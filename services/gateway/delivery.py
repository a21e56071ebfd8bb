"""Claim a delivery, send it through its channel, report what is known of it. Never twice on a
guess.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

import structlog
from cassava.tickets.v1 import delivery_pb2 as pb

from mesh import telemetry, tracing
from mesh.crash import crash_point
from mesh.errors import ChangedMeanwhile, MeshError
from services.gateway import traces
from services.gateway.channels import sending
from services.gateway.channels.channel import NotSent, Outbound, PerhapsSent, Refused
from services.gateway.wire import (
    account_from_proto,
    aliases_to_proto,
    content_from_proto,
    to_duration,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassava.tickets.v1.delivery_pb2 import BeginDeliveryResponse, ClaimedDelivery

    from services.gateway.channels.channel import Account, Alias, Channel
    from services.gateway.peers import Peers

log = structlog.get_logger()
# Of the lease, from before BeginDelivery: whoever slept longer may not write a byte (PROTOCOL 7).
_OF_THE_LEASE = 0.4
# What a tickets service that does not say it grants.
_LEASE_SECONDS = 45.0
# Whatever a provider asks for: by then a person has seen it, and another look costs nothing.
_LONGEST_REST_SECONDS = 48 * 3600.0
# An outcome that cannot be told is told again for this long; lost, it becomes "perhaps sent".
_TELL_SECONDS = 30.0
_TELL_PAUSE_SECONDS = 0.5
_OUTCOMES = {
    pb.DELIVERY_OUTCOME_SENT: "sent",
    pb.DELIVERY_OUTCOME_NOT_SENT: "not_sent",
    pb.DELIVERY_OUTCOME_REFUSED: "refused",
    pb.DELIVERY_OUTCOME_PERHAPS_SENT: "perhaps_sent",
}
_attempts = telemetry.counter(
    "cassava_delivery_attempts",
    "Attempts to send, by what is known of them.",
    {
        "channel": ("whatsapp", "telegram", "custom", "webchat", "test"),
        "outcome": tuple(_OUTCOMES.values()),
    },
)


class _Known(NamedTuple):
    outcome: pb.DeliveryOutcome.ValueType
    provider_message_id: str = ""
    reason: str = ""
    retry_after: float | None = None
    pause_account: bool = False
    only_this_contact: bool = False
    aliases: tuple[Alias, ...] = ()


class Deliveries:
    """Work for the worker's loop: what goes out."""

    bell = "wake:deliveries"

    def __init__(
        self,
        name: str,
        peers: Peers,
        channels: Mapping[str, Channel],
        slots: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._clock = clock
        self._deliveries = peers.deliveries
        self._channels = channels
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[ClaimedDelivery], float | None]:
        request = pb.ClaimDeliveriesRequest(worker=self._name, free_slots=min(free_slots, 256))
        response = await self._deliveries.ClaimDeliveries(request)
        due = response.next_due_in.ToTimedelta().total_seconds()
        return list(response.deliveries), due if response.HasField("next_due_in") else None

    async def do(self, claimed: ClaimedDelivery) -> None:
        crash_point("delivery.claimed")
        started = self._clock()
        request = pb.BeginDeliveryRequest(
            tenant_id=claimed.tenant_id, delivery_id=claimed.delivery_id, fence=claimed.fence
        )
        try:
            begun = await self._deliveries.BeginDelivery(request)
        except ChangedMeanwhile as error:
            log.info("delivery_not_begun", delivery_id=claimed.delivery_id, reason=error.reason)
            return
        with traces.of_delivery(claimed.delivery_id, begun.attempt, begun.traceparent):
            channel = account_from_proto(begun.account).kind
            with tracing.within(f"send {channel}", "client") as span:
                known = await self._send(begun, started)
                span.note("cassava.outcome", _OUTCOMES[known.outcome])
            _attempts.labels(channel, _OUTCOMES[known.outcome]).inc()
            crash_point("delivery.after_response")
            await self._tell(claimed, begun.attempt, known)
            crash_point("delivery.after_finish")

    async def _send(self, begun: BeginDeliveryResponse, started: float) -> _Known:
        """What is known after trying. A sandbox sends nothing, so there nothing is in doubt."""
        lease = begun.lease.ToTimedelta().total_seconds() or _LEASE_SECONDS
        if self._clock() - started > _OF_THE_LEASE * lease:
            return _Known(pb.DELIVERY_OUTCOME_NOT_SENT, reason="slept")
        crash_point("delivery.before_send")
        account = account_from_proto(begun.account)
        if account.sandbox or account.kind not in self._channels:
            return _Known(pb.DELIVERY_OUTCOME_SENT, f"sandbox-{begun.message_id}")
        try:
            return await self._tried(account, begun)
        except Exception as error:
            # A mistake of ours, and no word on how far it got.
            log.exception("send_crashed", message_id=begun.message_id)
            return _Known(pb.DELIVERY_OUTCOME_PERHAPS_SENT, reason=type(error).__name__)

    async def _tried(self, account: Account, begun: BeginDeliveryResponse) -> _Known:
        try:
            with sending.nothing_left():
                message = _outbound(begun)
            sent = await self._channels[account.kind].send(account, message)
        except NotSent as error:
            return _Known(
                pb.DELIVERY_OUTCOME_NOT_SENT,
                reason=error.reason,
                retry_after=_bearable(error, begun.attempt),
                pause_account=error.pauses_account,
                only_this_contact=error.only_this_contact,
            )
        except Refused as error:
            return _Known(pb.DELIVERY_OUTCOME_REFUSED, reason=error.code)
        except PerhapsSent as error:
            return _Known(pb.DELIVERY_OUTCOME_PERHAPS_SENT, reason=error.reason)
        return _Known(pb.DELIVERY_OUTCOME_SENT, sent.value, aliases=sent.aliases)

    async def _tell(self, claimed: ClaimedDelivery, attempt: int, known: _Known) -> None:
        request = pb.FinishDeliveryRequest(
            tenant_id=claimed.tenant_id,
            delivery_id=claimed.delivery_id,
            fence=claimed.fence,
            attempt=attempt,
            outcome=known.outcome,
            provider_message_id=known.provider_message_id,
            reason=known.reason,
            retry_after=None if known.retry_after is None else to_duration(known.retry_after),
            pause_account=known.pause_account,
            only_this_contact=known.only_this_contact,
            aliases=aliases_to_proto(known.aliases),
        )
        until = self._clock() + _TELL_SECONDS
        while True:
            try:
                await self._deliveries.FinishDelivery(request)
                return
            except MeshError:
                if self._clock() > until:
                    raise
            await asyncio.sleep(_TELL_PAUSE_SECONDS)


def _outbound(begun: BeginDeliveryResponse) -> Outbound:
    return Outbound(
        address=begun.reply_address,
        text=begun.text,
        token=begun.token,
        thread=begun.thread,
        reply_to=begun.in_reply_to,
        content=content_from_proto(begun.content),
    )


def _bearable(error: NotSent, attempt: int) -> float | None:
    """A number that no duration holds would leave a definite no in doubt."""
    if error.retry_after is None:
        return None
    asked = error.retry_after * error.grows ** (attempt - 1)
    return min(max(asked, 0.0), _LONGEST_REST_SECONDS)
