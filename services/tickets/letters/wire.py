"""Dead letters to the contract, straight from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import inbox_pb2 as pb
from cassava.type.v1 import channel_pb2

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
        replays=row["replays"],
        replay_result=row["replay_result"],
    )


def replay_to_proto(claim: Record, letter: Record) -> pb.ClaimedReplay:
    return pb.ClaimedReplay(
        tenant_id=claim["tenant_id"],
        dead_letter_id=str(claim["letter_id"]),
        fence=claim["fence"],
        channel_id=str(letter["account_id"]),
        kind=channel_pb2.ChannelKind.Value(f"CHANNEL_KIND_{letter['kind'].upper()}"),
        raw=letter["raw"],
    )
