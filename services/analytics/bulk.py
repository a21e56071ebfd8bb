"""A page's rows as columns: one statement writes them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.postgres import Connection


async def write(
    connection: Connection, statement: str, key: Sequence[object], rows: Sequence[Sequence[object]]
) -> None:
    """The key first, then an array a column; nothing is said where there are no rows."""
    if rows:
        await connection.execute(statement, *key, *map(list, zip(*rows, strict=True)))
