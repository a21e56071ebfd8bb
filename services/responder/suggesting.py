"""What an agent might answer: asked for by a person, seen by that person alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import turn_pb2

from mesh.buckets import Buckets, Rate
from mesh.errors import TooMany
from services.responder import wire
from services.responder.draft import Kind

if TYPE_CHECKING:
    from mesh.valkey import Valkey
    from services.responder.draft import Draft
    from services.responder.reply import Replying

# Each may be a call that is paid for; nobody reads faster than that.
_RATE = Rate(per_second=0.1, burst=5)
_MOST_CONVERSATIONS = 10_000


class DraftedTooOften(TooMany):
    def __init__(self, seconds: float) -> None:
        super().__init__("enough drafts for this conversation for now", seconds)


class Suggesting:
    """The same chain as for customers, over what `turns` (TurnService) says was written."""

    def __init__(self, replying: Replying, turns: Any, valkey: Valkey) -> None:
        self._replying = replying
        self._turns = turns
        self._valkey = valkey
        self._alone = Buckets(_RATE, _MOST_CONVERSATIONS)

    async def draft(self, tenant_id: str, conversation_id: str) -> Draft:
        """Without a text where the chain would ask for a person: that person is asking."""
        request = turn_pb2.PreviewTurnRequest(tenant_id=tenant_id, conversation_id=conversation_id)
        preview = await self._turns.PreviewTurn(request)
        await self._spend(f"{tenant_id}:{conversation_id}")
        draft = await self._replying.reply(wire.question_from_preview(preview))
        return replace(draft, text="") if draft.kind is Kind.HANDOVER else draft

    async def _spend(self, place: str) -> None:
        """Over all replicas; without Valkey each counts alone."""
        shared = await self._valkey.take(f"drafts:{place}", _RATE, 1)
        granted, wait = shared or (self._alone.take(place), self._alone.wait(place))
        if not granted:
            raise DraftedTooOften(wait)
