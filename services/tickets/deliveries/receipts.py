"""What providers say of our sends. A receipt settles "perhaps sent"; states never go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh import telemetry
from mesh.ids import uuid7
from services.tickets.audit.store import AuditStore
from services.tickets.deliveries import pausing, undelivered
from services.tickets.deliveries.copies import CopyStore
from services.tickets.deliveries.delivery import OPEN_STATES, Delivery, Receipt
from services.tickets.deliveries.store import DeliveryStore
from services.tickets.events.event import message_receipt, message_sent
from services.tickets.events.store import EventStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from mesh.postgres import Connection

_duplicates = telemetry.counter(
    "cassava_delivery_duplicates", "Parts that a provider took twice: two attempts came back."
)


class ReceiptStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._deliveries = DeliveryStore(connection)
        self._events = EventStore(connection)

    async def record(self, tenant_id: str, receipts: Sequence[Receipt]) -> int:
        """How many were news. In id order, so that two batches cannot deadlock."""
        found = [(await self._find(receipt), receipt) for receipt in receipts]
        recorded = 0
        for known_id, receipt in sorted(
            ((d, r) for d, r in found if d), key=lambda pair: str(pair[0])
        ):
            recorded += await self._apply(tenant_id, known_id, receipt)
        for delivery_id, receipt in found:
            if delivery_id is None and receipt.token is None and receipt.provider_message_id:
                await self._keep_for_later(tenant_id, receipt)
        return recorded

    async def catch_up(self, tenant_id: str, delivery: Delivery, provider_message_id: str) -> None:
        """Apply what came before we knew the provider's id of this send."""
        rows = await self._connection.fetch(
            """
            DELETE FROM unmatched_receipts WHERE account_id = $1 AND provider_msg_id = $2
            RETURNING status, error_code
            """,
            *(delivery.account_id, provider_message_id),
        )
        for row in rows:
            receipt = Receipt(
                delivery.account_id, None, provider_message_id, row["status"], row["error_code"]
            )
            await self._apply(tenant_id, delivery.id, receipt)

    async def _find(self, receipt: Receipt) -> UUID | None:
        """By our token, on its own account only; else by the id that the provider gave."""
        if receipt.token is not None:
            row = await self._connection.fetchrow(
                "SELECT id, account_id, tenant_id FROM deliveries WHERE id = $1", receipt.token[0]
            )
            if row is None:
                return None
            if row["account_id"] == receipt.account_id:
                return row["id"]  # type: ignore[no-any-return]
            await self._note(row["tenant_id"], "delivery.foreign_receipt", row["id"])
            return None
        return await self._connection.fetchval(  # type: ignore[no-any-return]
            "SELECT id FROM deliveries WHERE account_id = $1 AND provider_msg_id = $2 LIMIT 1",
            *(receipt.account_id, receipt.provider_message_id),
        )

    async def _apply(self, tenant_id: str, delivery_id: UUID, receipt: Receipt) -> int:
        delivery = await self._deliveries.lock(delivery_id)
        is_news = await self._connection.fetchval(
            """
            INSERT INTO receipts (tenant_id, account_id, delivery_id, attempt, status,
              provider_msg_id, error_code)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING true
            """,
            *(tenant_id, receipt.account_id, delivery_id, receipt.token[1] if receipt.token else 0),
            *(receipt.status, receipt.provider_message_id, receipt.error_code),
        )
        if not is_news:
            return 0
        if receipt.token and receipt.status != "failed":
            await self._count_copies(tenant_id, delivery, receipt.token[1])
        if receipt.status == "failed":
            await self._failed(tenant_id, delivery, receipt)
        else:
            await self._arrived(tenant_id, delivery, receipt)
        return 1

    async def _failed(self, tenant_id: str, delivery: Delivery, receipt: Receipt) -> None:
        """Wins over "sent" only: what was delivered was delivered. Of the latest attempt only."""
        if receipt.token and receipt.token[1] != delivery.attempts:
            return
        if delivery.receipt in {"delivered", "read"} or delivery.state in {"failed", "cancelled"}:
            return
        reason = receipt.error_code or "failed"
        await self._deliveries.settle(
            delivery.id, "failed", reason=reason, provider_message_id=receipt.provider_message_id
        )
        await self._raise_receipt(delivery.id, "failed")
        copies = CopyStore(self._connection)
        wait = receipt.resend_seconds
        if wait is not None and await copies.add(delivery.id, uuid7(), wait):
            await undelivered.tell_of_another_try(self._connection, tenant_id, delivery, reason)
            await self._note(tenant_id, "delivery.sent_again", delivery.id)
        else:
            await undelivered.tell(self._connection, tenant_id, delivery, reason)
        if receipt.rest_seconds:
            await self._deliveries.pause_account(delivery.account_id, receipt.rest_seconds)
        if receipt.pauses_account:
            await pausing.stop(self._connection, tenant_id, delivery.account_id, reason)

    async def _arrived(self, tenant_id: str, delivery: Delivery, receipt: Receipt) -> None:
        if delivery.state == "failed" and receipt.status in {"delivered", "read"}:
            await self._arrived_after_all(tenant_id, delivery)
        if delivery.state in OPEN_STATES:
            settled = await self._deliveries.settle(
                delivery.id, "sent", provider_message_id=receipt.provider_message_id
            )
            if settled.is_message_sent:
                await self._events.append(tenant_id, message_sent(delivery))
        if not delivery.rises_to(receipt.status):
            return
        await self._raise_receipt(delivery.id, receipt.status)
        if receipt.status in {"delivered", "read"}:
            await self._events.append(tenant_id, message_receipt(delivery, receipt.status))

    async def _arrived_after_all(self, tenant_id: str, delivery: Delivery) -> None:
        """It was told as failed and is there: its copy need not leave, or is one too many."""
        match await CopyStore(self._connection).take_back(delivery.id):
            case "cancelled":
                await self._events.append(tenant_id, message_sent(delivery))
            case "left":
                _duplicates.inc()
                await self._note(tenant_id, "delivery.duplicate_detected", delivery.id)

    async def _count_copies(self, tenant_id: str, delivery: Delivery, attempt: int) -> None:
        """Two attempts that both came back are two copies on the customer's phone."""
        copies = await self._connection.fetchval(
            """
            SELECT count(DISTINCT attempt) FILTER (WHERE attempt <> $2) > 0
                   AND count(*) FILTER (WHERE attempt = $2) = 1
              FROM receipts WHERE delivery_id = $1 AND attempt > 0 AND status <> 'failed'
            """,
            *(delivery.id, attempt),
        )
        if copies:
            _duplicates.inc()
            await self._note(tenant_id, "delivery.duplicate_detected", delivery.id)

    async def _note(self, tenant_id: str, action: str, delivery_id: UUID) -> None:
        await AuditStore(self._connection).append_as(tenant_id, "mesh", action, str(delivery_id))

    async def _raise_receipt(self, delivery_id: UUID, status: str) -> None:
        await self._connection.execute(
            "UPDATE deliveries SET receipt = $2 WHERE id = $1", delivery_id, status
        )

    async def _keep_for_later(self, tenant_id: str, receipt: Receipt) -> None:
        await self._connection.execute(
            """
            INSERT INTO unmatched_receipts (tenant_id, account_id, provider_msg_id, status,
              error_code)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            *(
                tenant_id,
                receipt.account_id,
                receipt.provider_message_id,
                receipt.status,
                receipt.error_code,
            ),
        )
