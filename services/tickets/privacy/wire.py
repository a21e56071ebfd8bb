"""Erasures to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import privacy_pb2 as pb

from mesh.times import to_timestamp
from services.tickets.privacy.erasure import State

if TYPE_CHECKING:
    from asyncpg import Record

    from services.tickets.privacy.erasure import Erasure


def erasure_to_proto(erasure: Erasure) -> pb.Erasure:
    is_done = erasure.state is State.DONE
    return pb.Erasure(
        customer_id=str(erasure.customer_id),
        state=pb.Erasure.STATE_DONE if is_done else pb.Erasure.STATE_RUNNING,
        removed={name: count for name, count in erasure.removed.items() if count},
        start_time=to_timestamp(erasure.started_at),
        end_time=to_timestamp(erasure.finished_at),
    )


def claimed_to_proto(claim: Record, erasure: Erasure) -> pb.ClaimedErasure:
    return pb.ClaimedErasure(
        tenant_id=claim["tenant_id"],
        customer_id=str(erasure.customer_id),
        fence=claim["fence"],
        conversation_ids=[str(each) for each in erasure.conversation_ids],
        text_hashes=list(dict.fromkeys(erasure.text_hashes)),
    )
