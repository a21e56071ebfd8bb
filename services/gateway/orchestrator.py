"""THE STORY: a turn is classified, answered or handed over, completed. Read this file first.

Die at any line: the lease ends and another worker takes the turn as it was. Nothing here is kept;
tickets
keeps it. A peer that fails costs quality, never an answer: without the classifier there is no
intent, without
the responder one sentence of our own and a person.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from cassava.responder.v1.responder_pb2 import ReplyRequest
from cassava.tickets.v1 import turn_pb2
from cassava.type.v1 import outcome_pb2 as outcomes

from mesh import telemetry
from mesh.crash import crash_point
from mesh.errors import ChangedMeanwhile, MeshError
from mesh.parts import parts_of
from services.gateway import notice
from services.gateway.conversation import as_utterances, reply_policy, said
from services.gateway.handover import (
    is_silent,
    is_too_old,
    is_waiting_long,
    ticket_for,
    why_a_person,
)
from services.gateway.hearing import Hearing
from services.gateway.reply_hook import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cassava.tickets.v1.turn_pb2 import ClaimedTurn
    from cassava.type.v1.classification_pb2 import Classification

    from services.gateway.drafts import Drafts
    from services.gateway.peers import Peers
    from services.gateway.presence import Presence
    from services.gateway.reply_hook import ReplyHooks

log = structlog.get_logger()
# Of the turn's 20 s, with what a model's choice of the intent took.
_REPLY_SECONDS = 17.0
_COMPLETE_SECONDS = 5.0
_REPLY_STEP = "reply.v1"
# Old work is answered from cheaper tiers, so that the queue can recover (PROTOCOL 9).
_TEMPLATE_AT_BEST_SECONDS = 600.0
_turns = telemetry.counter(
    "cassava_turns",
    "Turns completed, by what became of them.",
    {
        "outcome": [
            name.removeprefix("OUTCOME_KIND_").lower()
            for name in outcomes.OutcomeKind.keys()  # noqa: SIM118  # no mapping
        ]
    },
)
_seconds = telemetry.histogram(
    "cassava_turn_seconds",
    "From a turn's last message to its outcome.",
    (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 300),
)


class Orchestrator:
    def __init__(
        self,
        peers: Peers,
        presence: Presence,
        drafts: Drafts,
        hooks: ReplyHooks,
        now: Callable[[], datetime],
    ) -> None:
        self._peers = peers
        self._hearing = Hearing(peers)
        self._presence = presence
        self._drafts = drafts
        self._hooks = hooks
        self._now = now

    async def take(self, turn: ClaimedTurn) -> None:
        """One turn, claimed to completed; again while newer messages join it."""
        while True:
            started = time.monotonic()
            heard = await self._hearing.hear(turn)
            classified = time.monotonic()
            outcome = await self._decide(turn, heard, _REPLY_SECONDS - (classified - started))
            timings = {
                "classify": round((classified - started) * 1000),
                "reply": round((time.monotonic() - classified) * 1000),
            }
            completed = await self._complete(turn, heard, outcome, timings)
            if completed.status != turn_pb2.CompleteTurnResponse.STATUS_EXTENDED:
                self._count(turn, outcome)
                return
            turn = completed.turn

    def _count(self, turn: ClaimedTurn, outcome: outcomes.Outcome) -> None:
        _turns.labels(
            outcomes.OutcomeKind.Name(outcome.kind).removeprefix("OUTCOME_KIND_").lower()
        ).inc()
        now = self._now()
        _seconds.observe(max(0.0, (now - turn.newest_time.ToDatetime(now.tzinfo)).total_seconds()))

    async def _decide(
        self, turn: ClaimedTurn, heard: Classification, seconds: float
    ) -> outcomes.Outcome:
        if is_silent(turn):
            return outcomes.Outcome(kind=outcomes.OUTCOME_KIND_SILENCE)
        if is_too_old(turn, self._now()):
            return outcomes.Outcome(
                kind=outcomes.OUTCOME_KIND_HANDOVER,
                handover_cause=outcomes.HANDOVER_CAUSE_OLD_MESSAGE,
            )
        async with self._presence.shown(turn):
            replied = await self._reply(turn, heard, why_a_person(turn, heard), seconds)
            return await self._hooks.reviewed(turn, heard, replied)

    async def _reply(
        self,
        turn: ClaimedTurn,
        heard: Classification,
        cause: outcomes.HandoverCause.ValueType | None,
        seconds: float,
    ) -> outcomes.Outcome:
        """An answer, a question back, or a person and the notice that says so."""
        if recorded := turn.recorded_steps.get(_REPLY_STEP):
            return outcomes.Outcome.FromString(recorded)
        request = ReplyRequest(
            tenant_id=turn.tenant_id,
            messages=said(turn.messages) or ["…"],
            earlier=as_utterances(turn.earlier),
            classification=heard,
            policy=reply_policy(turn),
            best_tier=_best_tier(turn),
            asked_back_before=turn.asked_back_before,
            notice_for=cause or outcomes.HANDOVER_CAUSE_UNSPECIFIED,
            channel=turn.channel,
            conversation_id=turn.conversation_id,
        )
        try:
            hook = turn.policy.reply_hook
            replied = await self._drafts.reply(
                request, seconds - seconds_of(hook), is_final=not hook.endpoint_id
            )
        except MeshError as error:
            log.warning("responder_silent", turn_id=turn.turn_id, reason=error.reason)
            return notice.without_responder(heard.language, cause)
        crash_point("worker.after_reply")
        if not replied.paid:
            return replied.outcome
        return await self._record(turn, replied.outcome)

    async def _record(self, turn: ClaimedTurn, outcome: outcomes.Outcome) -> outcomes.Outcome:
        """What was paid for is written down first; if a worker before us did, its words count."""
        recorded = await self._peers.turns.RecordStep(
            turn_pb2.RecordStepRequest(
                tenant_id=turn.tenant_id,
                conversation_id=turn.conversation_id,
                turn_id=turn.turn_id,
                fence=turn.fence,
                generation=turn.generation,
                step=_REPLY_STEP,
                output=outcome.SerializeToString(),
            )
        )
        crash_point("worker.after_record")
        return outcomes.Outcome.FromString(recorded.output)

    async def _complete(
        self,
        turn: ClaimedTurn,
        heard: Classification,
        outcome: outcomes.Outcome,
        timings: dict[str, int],
    ) -> turn_pb2.CompleteTurnResponse:
        """One transaction; refused if our fence is old."""
        request = turn_pb2.CompleteTurnRequest(
            tenant_id=turn.tenant_id,
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            fence=turn.fence,
            generation=turn.generation,
            classification=heard,
            outcome=outcome,
            parts=parts_of(outcome.text),
            ticket=ticket_for(turn, heard, outcome),
            timings_ms=timings,
        )
        crash_point("worker.before_complete")
        try:
            completed = await self._peers.turns.CompleteTurn(request, timeout=_COMPLETE_SECONDS)
        except ChangedMeanwhile:
            log.info("turn_fenced", turn_id=turn.turn_id)
            return turn_pb2.CompleteTurnResponse()
        crash_point("worker.after_complete")
        return completed


def _best_tier(turn: ClaimedTurn) -> outcomes.Tier.ValueType:
    if turn.due_age.ToTimedelta().total_seconds() > _TEMPLATE_AT_BEST_SECONDS:
        return outcomes.TIER_TEMPLATE
    if is_waiting_long(turn):
        return outcomes.TIER_KNOWLEDGE
    return outcomes.TIER_UNSPECIFIED
