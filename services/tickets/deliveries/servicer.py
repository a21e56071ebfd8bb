"""DeliveryService: an attempt is written down before its first byte leaves."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2
from cassava.tickets.v1 import delivery_pb2 as pb
from cassava.tickets.v1 import delivery_pb2_grpc as rpc
from google.protobuf.duration_pb2 import Duration

from mesh.times import from_duration
from services.tickets.deliveries import pausing, undelivered
from services.tickets.deliveries.delivery import Delivery, Outcome, backoff_seconds, token
from services.tickets.deliveries.receipts import ReceiptStore
from services.tickets.deliveries.store import DeliveryFenced, DeliveryStore
from services.tickets.events.event import message_sent
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from datetime import timedelta

    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells
    from services.tickets.deliveries.pace import Waits
    from services.tickets.peers import Accounts, Names

# The customer has shut us out; what a channel reports so is not tried again.
_BLOCKED = "blocked"
# Refusals that leave a customer without an answer, and nobody who knows of it.
_SILENT_REFUSALS = frozenset({"expired", "account", "window", _BLOCKED})


class DeliveryServicer(rpc.DeliveryServiceServicer):
    def __init__(
        self,
        pool: Pool,
        bells: Bells,
        accounts: Accounts,
        waits: Waits,
        learn: Names,
    ) -> None:
        self._pool = pool
        self._bells = bells
        self._accounts = accounts
        self._waits = waits
        self._learn = learn

    async def ClaimDeliveries(
        self, request: pb.ClaimDeliveriesRequest, context: Context
    ) -> pb.ClaimDeliveriesResponse:
        async with self._pool.connection() as connection:
            store = DeliveryStore(connection)
            claimed = await store.claim(request.worker, request.free_slots, self._waits.lease)
            is_all = len(claimed) < request.free_slots
            next_due = await store.next_due_seconds() if is_all else None
            if claimed and is_all and next_due is None:
                next_due = self._waits.lease  # nothing waits but what these may give back
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
            refusal, letter = await store.begin(delivery_id, request.fence, self._waits.lease)
            if letter:
                account = await self._accounts.with_secrets(connection, letter["account_id"])
            elif refusal in _SILENT_REFUSALS:
                delivery = await store.lock(delivery_id)
                await undelivered.tell(connection, request.tenant_id, delivery, refusal)
        if letter is None:
            self._bells.deliveries()  # the next in line is the head now
            raise DeliveryFenced(delivery_id, refusal)
        response = pb.BeginDeliveryResponse(
            attempt=letter["attempt"],
            text=letter["body"].decode("utf-8", "replace"),
            reply_address=letter["reply_address"],
            thread=letter["thread"],
            account=account,
            token=token(delivery_id, letter["attempt"]),
            conversation_id=str(letter["conversation_id"]),
            message_id=str(letter["message_id"]),
            in_reply_to=letter["in_reply_to"] or "",
            content=conversation_pb2.Content.FromString(letter["content"] or b""),
            traceparent=letter["traceparent"] or "",
        )
        response.lease.FromMilliseconds(round(self._waits.lease * 1000))
        return response

    async def FinishDelivery(
        self, request: pb.FinishDeliveryRequest, context: Context
    ) -> pb.FinishDeliveryResponse:
        outcome = Outcome(
            pb.DeliveryOutcome.Name(request.outcome).removeprefix("DELIVERY_OUTCOME_").lower()
        )
        async with self._pool.transaction(request.tenant_id) as connection:
            store = DeliveryStore(connection)
            delivery = await store.lock_after(
                UUID(request.delivery_id), request.attempt, outcome, request.reason
            )
            state = delivery.after(outcome, fence=request.fence, attempt=request.attempt)
            calls = state is not None and await self._settle(connection, request, delivery, state)
        if calls:
            self._bells.deliveries()
        else:
            self._bells.log()
        return pb.FinishDeliveryResponse(state=state or delivery.state)

    async def _settle(
        self,
        connection: Connection,
        request: pb.FinishDeliveryRequest,
        delivery: Delivery,
        state: str,
    ) -> bool:
        """Whether a worker has something to do or to wait for now."""
        asked = from_duration(request.retry_after) if request.HasField("retry_after") else None
        store, events = DeliveryStore(connection), EventStore(connection)
        settled = await store.settle(
            *(delivery.id, state),
            reason=request.reason,
            provider_message_id=request.provider_message_id,
            wait_seconds=self._rest_seconds(delivery, state, asked),
        )
        if settled.is_message_sent:
            await events.append(request.tenant_id, message_sent(delivery))
        if state == "sent" and request.aliases:
            names = [(alias.kind, alias.value) for alias in request.aliases]
            await self._learn(connection, delivery.conversation_id, names)
        if state == "sent" and request.provider_message_id:
            await ReceiptStore(connection).catch_up(
                request.tenant_id, delivery, request.provider_message_id
            )
        if state == "failed" and request.reason == _BLOCKED:
            await store.shut_out(delivery.conversation_id)
        if state == "failed":
            await undelivered.tell(connection, request.tenant_id, delivery, request.reason)
        if asked and state == "pending" and not request.only_this_contact:
            await store.pause_account(delivery.account_id, asked.total_seconds())
        if request.pause_account:
            await pausing.stop(connection, request.tenant_id, delivery.account_id, request.reason)
        return state != "sent" or settled.is_line_waiting

    def _rest_seconds(self, delivery: Delivery, state: str, asked: timedelta | None) -> float:
        """Until the part is looked at again, as what it has become."""
        if state == "ambiguous":
            return self._waits.perhaps_sent
        if state == "pending":
            return backoff_seconds(delivery.attempts, asked, random.random())  # noqa: S311  # no secret
        return 0.0
