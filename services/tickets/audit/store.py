"""The audit log: who changed what, in the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncpg import Record

    from mesh.access import Caller
    from mesh.postgres import Connection


class AuditStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(
        self, tenant_id: str, caller: Caller, action: str, subject: str, detail: str = ""
    ) -> None:
        """`subject` is an id, `detail` names fields or labels: never a secret, never a text."""
        actor = " ".join(part for part in (caller.key_id, caller.name) if part)
        await self.append_as(tenant_id, actor or caller.role.name.lower(), action, subject, detail)

    async def append_as(
        self, tenant_id: str, actor: str, action: str, subject: str, detail: str = ""
    ) -> None:
        """What the mesh did by itself: nobody called."""
        await self._connection.execute(
            """
            INSERT INTO audit_log (tenant_id, actor, action, subject, detail)
            VALUES ($1, $2, $3, $4, $5)
            """,
            *(tenant_id, actor, action, subject, detail),
        )

    async def page(self, before: int | None, action: str, most: int) -> list[Record]:
        """The tenant's entries, newest first."""
        return await self._connection.fetch(
            """
            SELECT tenant_id, number, at, actor, action, subject, detail, chain
              FROM audit_log
             WHERE number IS NOT NULL AND ($1::int IS NULL OR number < $1)
               AND ($2 = '' OR action = $2)
             ORDER BY number DESC LIMIT $3
            """,
            *(before, action, most),
        )
