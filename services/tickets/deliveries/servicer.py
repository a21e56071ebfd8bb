"""DeliveryService: an attempt is written down before its first byte leaves."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import delivery_pb2 as pb
from cassava.tickets.v1 import delivery_pb2_grpc as rpc
from google.protobuf.duration_pb2 import Duration

from services.tickets.deliveries.delivery import Delivery, Outcome, backoff_seconds, token
from services.tickets.deliveries.receipts import ReceiptStore
from services.tickets.deliveries.store import DeliveryFenced, DeliveryStore
from services.tickets.events.event import Event, message_failed, message_sent
from services.tickets.events.store import EventStore
from services.tickets.sla.timekeeper import Timekeeper

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells
    from services.tickets.peers import Accounts


class DeliveryServicer(rpc.DeliveryServiceServicer):
    def __init__(
        self, pool: Pool, bells: Bells, now: Callable[[], datetime], accounts: Accounts
    ) -> None:
        self._pool = pool
        self._bells = bells
        self._now = now
        self._accounts = accounts

    async def ClaimDeliveries(
        self, request: pb.ClaimDeliveriesRequest, context: Context
    ) -> pb.ClaimDeliveriesResponse:
        async with self._pool.transaction(None) as connection:
            store = DeliveryStore(connection)
            claimed = await store.claim(request.worker, request.free_slots)
            next_due = None if claimed else await store.next_due_seconds()
        response = pb.ClaimDeliveriesResponse(
            deliveries=[
                pb.ClaimedDelivery(tenant_id=tenant_id, delivery_id=str(delivery_id), fence=fence)
                for tenant_id, delivery_id, fence in claimed
            ]
        )
        if next_due is not None:
            response.next_due_in.CopyFrom(
                Duration(seconds=int(next_due), nanos=int(next_due % 1 * 1e9))
            )
        return response

    async def BeginDelivery(
        self, request: pb.BeginDeliveryRequest, context: Context
    ) -> pb.BeginDeliveryResponse:
        delivery_id = UUID(request.delivery_id)
        async with self._pool.transaction(request.tenant_id) as connection:
            store = DeliveryStore(connection)
            begun = await store.begin(delivery_id, request.fence)
            if not begun["refusal"]:
                letter = await store.letter(delivery_id)
                account = await self._accounts.with_secrets(connection, letter["account_id"])
        if begun["refusal"]:
            self._bells.deliveries()  # the next in line is the head now
            raise DeliveryFenced(delivery_id, begun["refusal"])
        return pb.BeginDeliveryResponse(
            attempt=begun["attempt"],
            text=letter["body"].decode("utf-8", "replace"),
            reply_address=letter["reply_address"],
            thread=letter["thread"],
            account=account,
            token=token(delivery_id, begun["attempt"]),
            conversation_id=str(letter["conversation_id"]),
            message_id=str(letter["message_id"]),
            in_reply_to=letter["in_reply_to"] or "",
        )

    async def FinishDelivery(
        self, request: pb.FinishDeliveryRequest, context: Context
    ) -> pb.FinishDeliveryResponse:
        outcome = Outcome(
            pb.DeliveryOutcome.Name(request.outcome).removeprefix("DELIVERY_OUTCOME_").lower()
        )
        async with self._pool.transaction(request.tenant_id) as connection:
            store = DeliveryStore(connection)
            delivery = await store.lock(UUID(request.delivery_id))
            await store.note_attempt(delivery.id, request.attempt, outcome, request.reason)
            state = delivery.after(outcome, fence=request.fence, attempt=request.attempt)
            if state is not None:
                await self._settle(connection, request, delivery, state)
        self._bells.deliveries()
        return pb.FinishDeliveryResponse(state=state or delivery.state)

    async def _settle(
        self,
        connection: Connection,
        request: pb.FinishDeliveryRequest,
        delivery: Delivery,
        state: str,
    ) -> None:
        asked = request.retry_after.ToTimedelta() if request.HasField("retry_after") else None
        wait = (
            backoff_seconds(delivery.attempts, asked, random.random())  # noqa: S311  # no secret
            if state == "pending"
            else 0.0
        )
        store, events = DeliveryStore(connection), EventStore(connection)
        is_all_sent = await store.settle(
            *(delivery.id, state),
            reason=request.reason,
            provider_message_id=request.provider_message_id,
            wait_seconds=wait,
        )
        if is_all_sent:
            await events.append(request.tenant_id, message_sent(delivery))
        if state == "sent" and request.provider_message_id:
            await ReceiptStore(connection).catch_up(
                request.tenant_id, delivery, request.provider_message_id
            )
        if state == "failed":
            await events.append(request.tenant_id, message_failed(delivery, request.reason))
            await Timekeeper(connection, request.tenant_id).withdrawn(delivery.message_id)
        if request.pause_account or (asked and state == "pending"):
            until = None if request.pause_account else self._now() + (asked or timedelta())
            await store.pause_account(delivery.account_id, until)
        if request.pause_account:
            said = {"channel_id": str(delivery.account_id), "reason": request.reason}
            await events.append(request.tenant_id, Event("channel.paused", data=said))
