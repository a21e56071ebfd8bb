"""ResponderService: the chain behind one call; it never fails for a provider's sake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.responder.v1 import responder_pb2 as pb
from cassava.responder.v1 import responder_pb2_grpc as rpc
from cassava.type.v1 import outcome_pb2

from services.responder import wire
from services.responder.providers.provider import Condition, ProviderState, Reason, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.interceptors import Context
    from services.responder.reply import Replying
    from services.responder.rung import Rung

_LOCAL = (Tier.KNOWLEDGE, Tier.TEMPLATE)


class ResponderServicer(rpc.ResponderServiceServicer):
    def __init__(self, replying: Replying, rungs: Sequence[Rung]) -> None:
        self._replying = replying
        self._rungs = rungs

    async def Reply(self, request: pb.ReplyRequest, context: Context) -> pb.ReplyResponse:
        draft = await self._replying.reply(wire.question_from_proto(request))
        return pb.ReplyResponse(outcome=wire.draft_to_proto(draft), paid=draft.is_paid)

    async def GetProviderStates(
        self, request: pb.GetProviderStatesRequest, context: Context
    ) -> pb.GetProviderStatesResponse:
        states = [(rung.tier, _seen(rung)) for rung in self._rungs]
        states += [(tier, ProviderState(Condition.READY)) for tier in _LOCAL]
        return pb.GetProviderStatesResponse(
            providers=[wire.state_to_proto(tier, state) for tier, state in states],
            reply_tiers=[
                outcome_pb2.Tier.Value(f"TIER_{tier.upper()}")
                for tier, state in states
                if state.condition is Condition.READY
            ],
        )


def _seen(rung: Rung) -> ProviderState:
    state = rung.provider.state()
    if rung.is_open and state.condition is Condition.READY:
        return ProviderState(Condition.DEGRADED, Reason.BREAKER_OPEN, state.model)
    return state
