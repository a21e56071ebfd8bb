"""Dead letters to the contract, straight from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import inbox_pb2 as pb

from mesh.times import to_timestamp

if TYPE_CHECKING:
    from asyncpg import Record


def letter_to_proto(row: Record) -> pb.DeadLetter:
    return pb.DeadLetter(
        id=str(row["id"]),
        tenant_id=row["tenant_id"],
        channel_id=str(row["account_id"] or ""),
        reason=row["reason"],
        create_time=to_timestamp(row["created_at"]),
        raw=row["raw"],
        size_bytes=row["size_bytes"],
    )
