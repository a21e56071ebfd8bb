"""ResponderService: the chain behind one call; it never fails for a provider's sake."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.responder.v1 import responder_pb2 as pb
from cassava.responder.v1 import responder_pb2_grpc as rpc

from mesh import deadline, logs
from mesh.errors import MeshError
from services.responder import wire
from services.responder.aloud import Aloud, Delta
from services.responder.choice import Choosing
from services.responder.providers.provider import Condition, ProviderState, Reason, Tier
from services.responder.questions.question import unanswered
from services.responder.questions.store import QuestionStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.responder.allowance import Allowance
    from services.responder.draft import Draft, Question
    from services.responder.reply import Replying
    from services.responder.rung import Rung
    from services.responder.suggesting import Suggesting

log = logs.get(__name__)
_LOCAL = (Tier.KNOWLEDGE, Tier.TEMPLATE)
# A stream has no deadline of its own; nobody watches a draft for longer.
_ALOUD_SECONDS = 20.0


class ResponderServicer(rpc.ResponderServiceServicer):
    def __init__(
        self,
        replying: Replying,
        suggesting: Suggesting,
        rungs: Sequence[Rung],
        pool: Pool,
        allowance: Allowance,
    ) -> None:
        self._replying = replying
        self._allowance = allowance
        self._suggesting = suggesting
        self._choosing = Choosing(rungs)
        self._rungs = rungs
        self._pool = pool

    async def Reply(self, request: pb.ReplyRequest, context: Context) -> pb.ReplyResponse:
        question = await self._asked(request)
        draft = await self._replying.reply(question)
        if draft.reason is Reason.WEAK_EVIDENCE and question.conversation_id:
            await self._keep(question, draft)
        return _response(draft)

    async def StreamReply(
        self, request: pb.StreamReplyRequest, context: Context
    ) -> AsyncIterator[pb.StreamReplyResponse]:
        request.reply.tenant_id = request.tenant_id
        question, aloud = await self._asked(request.reply), Aloud()
        with deadline.within(_ALOUD_SECONDS):
            writing = asyncio.create_task(self._replying.reply(question, aloud))
        writing.add_done_callback(aloud.closes)
        try:
            async for piece in aloud.pieces():
                if isinstance(piece, Delta):
                    yield pb.StreamReplyResponse(delta=piece.text)
                else:
                    yield pb.StreamReplyResponse(replace=piece.text)
            yield pb.StreamReplyResponse(final=_response(await writing))
        finally:
            writing.cancel()

    async def DraftReply(
        self, request: pb.DraftReplyRequest, context: Context
    ) -> pb.DraftReplyResponse:
        draft = await self._suggesting.draft(request.tenant_id, request.conversation_id)
        return pb.DraftReplyResponse(outcome=wire.draft_to_proto(draft))

    async def ChooseIntent(
        self, request: pb.ChooseIntentRequest, context: Context
    ) -> pb.ChooseIntentResponse:
        doubt = wire.doubt_from_proto(request)
        budget = await self._allowance.of(doubt.tenant_id, doubt.budget)
        choice = await self._choosing.choose(replace(doubt, budget=budget))
        return wire.choice_to_proto(choice)

    async def GetProviderStates(
        self, request: pb.GetProviderStatesRequest, context: Context
    ) -> pb.GetProviderStatesResponse:
        states = [(rung.tier, _seen(rung)) for rung in self._rungs]
        states += [(tier, ProviderState(Condition.READY)) for tier in _LOCAL]
        return pb.GetProviderStatesResponse(
            providers=[wire.state_to_proto(tier, state) for tier, state in states],
            reply_tiers=[
                wire.tier_to_proto(tier)
                for tier, state in states
                if state.condition is Condition.READY
            ],
        )

    async def _asked(self, request: pb.ReplyRequest) -> Question:
        question = wire.question_from_proto(request)
        budget = await self._allowance.of(question.tenant_id, question.budget)
        return replace(question, budget=budget)

    async def _keep(self, question: Question, draft: Draft) -> None:
        """A gap in the articles is worth a line; losing it is not worth a reply."""
        if not any(map(str.isalpha, question.text)):  # a picture, a place: nothing was asked
            return
        try:
            async with self._pool.transaction(question.tenant_id) as connection:
                store = QuestionStore(connection, question.tenant_id)
                await store.keep(unanswered(question, draft), UUID(question.conversation_id))
        except MeshError as error:
            log.warning("question_not_kept", reason=error.reason)


def _response(draft: Draft) -> pb.ReplyResponse:
    return pb.ReplyResponse(outcome=wire.draft_to_proto(draft), paid=draft.is_paid)


def _seen(rung: Rung) -> ProviderState:
    state = rung.provider.state()
    if rung.is_open and state.condition is Condition.READY:
        return ProviderState(Condition.DEGRADED, Reason.BREAKER_OPEN, state.model)
    return state
