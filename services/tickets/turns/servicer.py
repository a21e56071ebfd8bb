"""TurnService: work for the mesh's workers, one at a time a conversation."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from cassava.tickets.v1 import conversation_pb2
from cassava.tickets.v1 import turn_pb2 as pb
from cassava.tickets.v1 import turn_pb2_grpc as rpc
from cassava.type.v1 import classification_pb2, outcome_pb2
from google.protobuf.duration_pb2 import Duration

from mesh import telemetry
from mesh.crash import crash_point
from mesh.errors import MeshError
from mesh.transactions import read
from services.tickets.conversations.conversation import ConversationNotFound
from services.tickets.tickets.rulebook import Rulebook
from services.tickets.turns import wire
from services.tickets.turns.completion import CompletionStore
from services.tickets.turns.ending import Completion
from services.tickets.turns.last_words import last_words
from services.tickets.turns.store import Fenced, TurnNotFound, TurnStore
from services.tickets.turns.turn import CLAIMS_MOST, LEASE_SECONDS, Claim, Verdict, release_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from asyncpg import Record

    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.tickets.bells import Bells

log = structlog.get_logger()
_dead = telemetry.counter("cassava_turns_dead", "Turns that five workers did not finish.")


class TurnServicer(rpc.TurnServiceServicer):
    def __init__(
        self,
        pool: Pool,
        bells: Bells,
        now: Callable[[], datetime],
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._pool = pool
        self._bells = bells
        self._now = now
        self._lease = lease_seconds

    async def ClaimTurns(
        self, request: pb.ClaimTurnsRequest, context: Context
    ) -> pb.ClaimTurnsResponse:
        async with self._pool.connection() as connection:
            store = TurnStore(connection)
            claims = await store.claim(
                request.worker, request.free_slots, self._lease, self._bells.surge.tenants()
            )
            is_all = len(claims) < request.free_slots
            next_due = await store.next_due_seconds() if is_all else None
        if claims:
            crash_point("tickets.claim.after_commit")
        turns: list[pb.ClaimedTurn] = []
        for tenant_id, own in _by_tenant(claims).items():
            turns += await self._opened_of(tenant_id, own)
        response = pb.ClaimTurnsResponse(turns=turns)
        response.lease.FromMilliseconds(round(self._lease * 1000))
        if next_due is not None:
            response.next_due_in.CopyFrom(
                Duration(nanos=int(next_due % 1 * 1e9), seconds=int(next_due))
            )
        return response

    async def RenewTurn(
        self, request: pb.RenewTurnRequest, context: Context
    ) -> pb.RenewTurnResponse:
        async with self._pool.transaction(request.tenant_id) as connection:
            await TurnStore(connection).renew(
                UUID(request.conversation_id), request.fence, self._lease
            )
        return pb.RenewTurnResponse()

    async def RecordStep(
        self, request: pb.RecordStepRequest, context: Context
    ) -> pb.RecordStepResponse:
        async with self._pool.transaction(request.tenant_id) as connection:
            store = TurnStore(connection)
            await store.renew(UUID(request.conversation_id), request.fence, self._lease)
            output = await store.record_step(
                *(request.tenant_id, UUID(request.turn_id), request.generation),
                *(request.step, request.output, request.fence),
            )
        return pb.RecordStepResponse(output=output)

    async def CompleteTurn(
        self, request: pb.CompleteTurnRequest, context: Context
    ) -> pb.CompleteTurnResponse:
        conversation_id, turn_id = UUID(request.conversation_id), UUID(request.turn_id)
        async with self._pool.transaction(request.tenant_id) as connection:
            turns = TurnStore(connection)
            try:
                conversation, turn = await turns.lock(conversation_id, turn_id, request.fence)
            except Fenced:
                # Asked after the lock: a repeat that raced its original must see what that wrote.
                if answer := await turns.answer(turn_id, request.fence):
                    return pb.CompleteTurnResponse.FromString(answer)
                raise
            verdict = turn.judge(
                generation=request.generation,
                last_seq=conversation["last_seq"],
                holder_version=conversation["held_version"],
                speaks=bool(request.parts),
            )
            if verdict is Verdict.EXTEND:
                await turns.extend(turn)
                claim = Claim(request.tenant_id, conversation_id, request.fence, 1, self._now())
                extended = await self._described(
                    connection, [claim], [await turns.opened(conversation_id)]
                )
                return pb.CompleteTurnResponse(
                    status=pb.CompleteTurnResponse.STATUS_EXTENDED, turn=extended[0]
                )
            completion = Completion(connection, request, conversation, turn, self._now())
            response = await completion.write(is_discarded=verdict is Verdict.DISCARD)
        crash_point("tickets.complete.after_commit")
        if response.message_id:
            self._bells.deliveries()
        else:
            self._bells.log()
        if conversation["last_seq"] > turn.to_seq:
            self._bells.turns()
        return response

    async def ReleaseTurn(
        self, request: pb.ReleaseTurnRequest, context: Context
    ) -> pb.ReleaseTurnResponse:
        async with self._pool.transaction(request.tenant_id) as connection:
            store = TurnStore(connection)
            conversation_id = UUID(request.conversation_id)
            attempts = await store.attempts(conversation_id)
            seconds = 0.0 if request.at_once else release_seconds(attempts)
            await store.release(conversation_id, request.fence, seconds, counts=not request.at_once)
        return pb.ReleaseTurnResponse()

    @read
    async def GetTurnByMessage(
        self, request: pb.GetTurnByMessageRequest, connection: Connection
    ) -> pb.GetTurnByMessageResponse:
        row = await CompletionStore(connection).of_message(UUID(request.message_id))
        if row is None:
            raise TurnNotFound(UUID(request.message_id))
        answer = pb.CompleteTurnResponse.FromString(row["answer"] or b"")
        response = pb.GetTurnByMessageResponse(
            turn_id=str(row["id"]),
            conversation_id=str(row["conversation_id"]),
            done=row["state"] != "open",
            classification=classification_pb2.Classification.FromString(
                row["classification"] or b""
            ),
            outcome=outcome_pb2.Outcome.FromString(row["outcome"] or b""),
            timings_ms=wire.timings_from_bytes(row["timings"]),
            holder=conversation_pb2.Holder.Value(f"HOLDER_{row['holder'].upper()}"),
        )
        if answer.HasField("ticket"):
            response.ticket.CopyFrom(answer.ticket)
        if row["reply_id"]:
            response.reply.id = str(row["reply_id"])
            response.reply.text = wire.text_of(row["reply_body"])
        return response

    @read
    async def PreviewTurn(
        self, request: pb.PreviewTurnRequest, connection: Connection
    ) -> pb.PreviewTurnResponse:
        store, conversation_id = TurnStore(connection), UUID(request.conversation_id)
        row = await store.preview(conversation_id)
        if row is None:
            raise ConversationNotFound(conversation_id)
        claim = Claim(request.tenant_id, conversation_id, 0, 0, self._now())
        (turn,) = await self._described(connection, [claim], [row])
        labels = await store.last_labels(conversation_id)
        return pb.PreviewTurnResponse(
            turn=turn, classification=classification_pb2.Classification.FromString(labels)
        )

    async def _opened_of(self, tenant_id: str, claims: Sequence[Claim]) -> list[pb.ClaimedTurn]:
        """One tenant's rows that cannot be read must not stop the others' turns."""
        try:
            async with self._pool.transaction(tenant_id) as connection:
                return await self._opened(connection, claims)
        except Exception as error:
            if isinstance(error, MeshError) and type(error) is not MeshError:
                raise
            log.exception("turns_not_opened", tenant_id=tenant_id)
            return []

    async def _opened(
        self, connection: Connection, claims: Sequence[Claim]
    ) -> list[pb.ClaimedTurn]:
        """Turns of one tenant; what has killed five workers is ended here and not handed out."""
        by_id = {claim.conversation_id: claim for claim in claims}
        rows = await TurnStore(connection).open(claims)
        alive = []
        for row in rows:
            claim = by_id[row["conversation_id"]]
            if claim.attempts > CLAIMS_MOST:
                await self._bury(connection, row, claim)
            else:
                alive.append(row)
        return await self._described(connection, claims, alive)

    async def _bury(self, connection: Connection, row: Record, claim: Claim) -> None:
        """A ticket, a person and a word to the customer instead of a sixth try; the conversation
        goes on.
        """
        conversation, turn = await TurnStore(connection).lock(
            claim.conversation_id, row["id"], claim.fence
        )
        speaks = row["holder"] == "bot" and not wire.is_mute(row)
        words = last_words(row["language"]) if speaks else ""
        request = pb.CompleteTurnRequest(
            tenant_id=claim.tenant_id,
            conversation_id=str(claim.conversation_id),
            turn_id=str(turn.id),
            fence=claim.fence,
            generation=turn.generation,
            outcome=outcome_pb2.Outcome(
                kind=outcome_pb2.OUTCOME_KIND_HANDOVER,
                text=words,
                tier=outcome_pb2.TIER_TEMPLATE,
                handover_cause=outcome_pb2.HANDOVER_CAUSE_FAILED_TURN,
            ),
            parts=[words] if words else [],
            ticket=pb.TicketWish(cause="failed_turn", priority=classification_pb2.URGENCY_HIGH),
        )
        completion = Completion(connection, request, conversation, turn, self._now())
        await completion.write(is_discarded=False, state="dead")
        _dead.inc()
        self._bells.deliveries()

    async def _described(
        self, connection: Connection, claims: Iterable[Claim], rows: Sequence[Record]
    ) -> list[pb.ClaimedTurn]:
        if not rows:
            return []
        by_id = {claim.conversation_id: claim for claim in claims}
        messages = await TurnStore(connection).messages(rows)
        covered = _grouped([m for m in messages if not m["is_earlier"]])
        earlier = _grouped([m for m in messages if m["is_earlier"]])
        described = [
            wire.turn_to_proto(
                *(row, by_id[row["conversation_id"]], covered[row["conversation_id"]]),
                *(earlier[row["conversation_id"]], self._now()),
            )
            for row in rows
        ]
        await Rulebook(connection, described[0].tenant_id).narrow(described)
        return described


def _by_tenant(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.tenant_id].append(claim)
    return dict(sorted(groups.items()))


def _grouped(rows: Iterable[Record]) -> dict[UUID, list[Record]]:
    groups: dict[UUID, list[Record]] = defaultdict(list)
    for row in rows:
        groups[row["conversation_id"]].append(row)
    return groups
