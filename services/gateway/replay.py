"""A dead letter read again, as if it had just come in: perhaps we understand it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from cassava.tickets.v1 import inbox_pb2 as pb

from mesh.errors import Unavailable
from services.gateway import wire
from services.gateway.channels import standard_webhooks
from services.gateway.channels.channel import Account, Receipt, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.gateway.channels.channel import Arrival, Channel
    from services.gateway.peers import Peers

_BATCH = 64
log = structlog.get_logger()


class Replays:
    """Work for the worker's loop, with slots of its own: it never takes a customer's."""

    bell = "wake:replays"

    def __init__(self, peers: Peers, channels: Mapping[str, Channel], slots: int = 2) -> None:
        self._inbox = peers.inbox
        self._channels = channels
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[pb.ClaimedReplay], float | None]:
        response = await self._inbox.ClaimReplays(pb.ClaimReplaysRequest(free_slots=free_slots))
        return list(response.replays), None

    async def do(self, claimed: pb.ClaimedReplay) -> None:
        """Dies in the middle: the lease ends, and what was accepted is a duplicate then."""
        result = await self._read(claimed)
        log.info("dead_letter_replayed", dead_letter_id=claimed.dead_letter_id, result=result)
        await self._inbox.FinishReplay(
            pb.FinishReplayRequest(
                tenant_id=claimed.tenant_id,
                dead_letter_id=claimed.dead_letter_id,
                fence=claimed.fence,
                result=result,
            )
        )

    async def _read(self, claimed: pb.ClaimedReplay) -> str:
        kind = wire.kind_from_proto(claimed.kind)
        if kind not in self._channels:
            return f"nobody reads {kind}"
        account = Account(claimed.tenant_id, claimed.channel_id, kind)
        # The bytes of a custom webhook do not hold its id; the letter's own is as constant.
        headers = {standard_webhooks.ID: f"replay-{claimed.dead_letter_id}"}
        try:
            arrivals = self._channels[kind].parse(headers, claimed.raw)
        except Exception:  # what crashed the reader once does so every time
            log.exception("replay_crashed", dead_letter_id=claimed.dead_letter_id)
            return "the reader crashed"
        if unreadable := [a.reason for a in arrivals if isinstance(a, Unreadable)]:
            return unreadable[0][:300]
        return await self._accept(account, arrivals)

    async def _accept(self, account: Account, arrivals: list[Arrival]) -> str:
        receipts = [
            told
            for arrival in arrivals
            if isinstance(arrival, Receipt) and (told := wire.receipt_to_proto(account, arrival))
        ]
        items = [
            wire.item_to_proto(account, arrival)
            for arrival in arrivals
            if not isinstance(arrival, Receipt)
        ]
        if receipts:
            await self._inbox.RecordReceipts(pb.RecordReceiptsRequest(receipts=receipts))
        if not items:
            return "receipts"
        statuses: list[pb.AcceptResult.Status.ValueType] = []
        for start in range(0, len(items), _BATCH):
            batch = pb.AcceptRequest(items=items[start : start + _BATCH])
            statuses += [result.status for result in (await self._inbox.Accept(batch)).results]
        # The last of the list says most: still refused, or not stored and to come again.
        worst = max(statuses)
        if worst == pb.AcceptResult.STATUS_RETRY:
            raise Unavailable("it could not be stored now")
        return pb.AcceptResult.Status.Name(worst).removeprefix("STATUS_").lower()
