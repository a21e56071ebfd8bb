"""What is perhaps sent: found across tenants by the sweep, decided under its tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.tickets.deliveries.delivery import ATTEMPTS_MOST, Verdict

if TYPE_CHECKING:
    from uuid import UUID

    from mesh.postgres import Connection
    from services.tickets.deliveries.pace import Waits


class Doubtful(NamedTuple):
    """A part, and what its channel's rule and the evidence say."""

    tenant_id: str
    delivery_id: UUID
    verdict: Verdict


class DoubtStore:
    def __init__(self, connection: Connection, waits: Waits) -> None:
        self._connection = connection
        self._waits = waits

    async def sweep(self) -> int:
        """What dead senders left: free again, or in doubt. How many."""
        row = await self._connection.fetchrow(
            "SELECT returned, doubtful FROM sweep_senders(make_interval(secs => $1))",
            self._waits.perhaps_sent,
        )
        return row["returned"] + row["doubtful"] if row else 0

    async def due(self) -> list[Doubtful]:
        """Those that may be decided now; crosses tenants, sees no text."""
        rows = await self._connection.fetch(
            """
            SELECT tenant_id, delivery_id, verdict
              FROM doubtful_deliveries(make_interval(secs => $1), make_interval(secs => $2), $3)
            """,
            *(self._waits.perhaps_sent, self._waits.last_resort, ATTEMPTS_MOST),
        )
        return [Doubtful(r["tenant_id"], r["delivery_id"], Verdict(r["verdict"])) for r in rows]

    async def still(self, delivery_id: UUID) -> bool:
        """Lock it; False when a receipt or another replica was faster."""
        found = await self._connection.fetchval(
            """
            SELECT true FROM deliveries WHERE id = $1 AND state = 'ambiguous' AND due_at <= now()
               FOR UPDATE SKIP LOCKED
            """,
            delivery_id,
        )
        return bool(found)
