"""The audit log: who changed what, in the transaction of the change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncpg import Record

    from mesh.access import Caller
    from mesh.postgres import Connection

Facts = tuple["Mapping[str, str]", "Mapping[str, str]"]


class AuditStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(  # noqa: PLR0913  # who, what, of whom
        self,
        tenant_id: str,
        caller: Caller,
        action: str,
        subject: str,
        detail: str = "",
        *,
        changes: Facts = ({}, {}),
    ) -> None:
        """`subject` is an id, `detail` names fields or labels: never a secret, never a text.

        `changes` are ids, labels and numbers before and after.
        """
        await self.append_as(
            *(tenant_id, caller.signature, action, subject, detail), changes=changes
        )

    async def append_as(  # noqa: PLR0913  # who, what, of whom
        self,
        tenant_id: str,
        actor: str,
        action: str,
        subject: str,
        detail: str = "",
        *,
        changes: Facts = ({}, {}),
    ) -> None:
        """What the mesh did by itself: nobody called."""
        before, after = changes
        await self._connection.execute(
            """
            INSERT INTO audit_log (tenant_id, actor, action, subject, detail, before, after)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            *(tenant_id, actor, action, subject, detail),
            *(json.dumps(dict(before)), json.dumps(dict(after))),
        )

    async def page(
        self, before_id: int | None, most: int, *, subject: str = "", action: str = ""
    ) -> list[Record]:
        """Newest first; an empty filter lets everything through."""
        return await self._connection.fetch(
            """
            SELECT id, number, at, actor, action, subject, detail, before::text AS before,
                   after::text AS after, chain
              FROM audit_log
             WHERE tenant_id = current_setting('cassava.tenant_id')
               AND ($1::bigint IS NULL OR id < $1) AND ($3 = '' OR subject = $3)
               AND ($4 = '' OR action = $4)
             ORDER BY id DESC LIMIT $2
            """,
            *(before_id, most, subject, action),
        )
