"""The story of a turn, with peers that answer, fail, or are asked for less."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import protovalidate
import pytest
from cassava.classifier.v1.classifier_pb2 import ClassifyRequest, ClassifyResponse
from cassava.responder.v1.responder_pb2 import (
    ChooseIntentResponse,
    ReplyRequest,
    ReplyResponse,
)
from cassava.tickets.v1 import conversation_pb2, turn_pb2
from cassava.type.v1 import outcome_pb2 as outcomes
from cassava.type.v1.classification_pb2 import Classification, IntentCandidate

from mesh.errors import ChangedMeanwhile, Unavailable
from mesh.valkey import Valkey
from services.gateway.accounts import AccountDirectory
from services.gateway.drafts import Drafts
from services.gateway.orchestrator import Orchestrator
from services.gateway.presence import Presence
from services.gateway.reply_hook import ReplyHooks

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Mesh:
    """Every peer of a worker, in small."""

    def __init__(self) -> None:
        self.turns = self.classifier = self.responder = self.endpoints = self
        self.is_paid = False
        self.heard = Classification()
        self.read: list[ClassifyRequest] = []
        self.chosen = "refund"
        self.doubts: list[Any] = []
        self.away: set[str] = set()
        self.recorded: dict[str, bytes] = {}
        self.asked: list[ReplyRequest] = []
        self.completed: list[turn_pb2.CompleteTurnRequest] = []
        self.answers: list[turn_pb2.CompleteTurnResponse | Exception] = []

    async def Classify(self, request: Any, timeout: float) -> ClassifyResponse:  # noqa: ASYNC109  # a stub's
        self.read.append(request)
        if "classifier" in self.away:
            raise Unavailable("the classifier is away")
        heard = Classification(intent="shipping", confidence=0.3, language="en", engine="heads")
        heard.MergeFrom(self.heard)
        unsure = heard.confidence < request.candidates_below
        names = ("shipping", "refund") if unsure else ()
        candidates = [IntentCandidate(intent=name, confidence=0.2) for name in names]
        return ClassifyResponse(classification=heard, candidates=candidates)

    async def ChooseIntent(self, request: Any, timeout: float) -> ChooseIntentResponse:  # noqa: ASYNC109
        self.doubts.append(request)
        if "responder" in self.away:
            raise Unavailable("the responder is away")
        return ChooseIntentResponse(
            intent=self.chosen, tier=outcomes.TIER_MISTRAL, model="mistral-small"
        )

    async def Reply(self, request: ReplyRequest, timeout: float) -> ReplyResponse:  # noqa: ASYNC109
        self.asked.append(request)
        if "responder" in self.away:
            raise Unavailable("the responder is away")
        outcome = outcomes.Outcome(kind=outcomes.OUTCOME_KIND_ANSWER, text="It arrives today.")
        return ReplyResponse(outcome=outcome, paid=self.is_paid)

    async def RecordStep(self, request: turn_pb2.RecordStepRequest) -> turn_pb2.RecordStepResponse:
        kept = self.recorded.setdefault(request.step, request.output)
        return turn_pb2.RecordStepResponse(output=kept)

    async def CompleteTurn(
        self,
        request: turn_pb2.CompleteTurnRequest,
        timeout: float,  # noqa: ASYNC109
    ) -> turn_pb2.CompleteTurnResponse:
        self.completed.append(request)
        answer = self.answers.pop(0) if self.answers else turn_pb2.CompleteTurnResponse()
        if isinstance(answer, Exception):
            raise answer
        return answer


def a_turn(waited: timedelta = timedelta(), **said: Any) -> turn_pb2.ClaimedTurn:
    turn = turn_pb2.ClaimedTurn(
        tenant_id="acme", turn_id="t", fence=7, generation=1, holder=conversation_pb2.HOLDER_BOT
    )
    turn.messages.add(text="Where is my parcel?", author=conversation_pb2.AUTHOR_CUSTOMER)
    turn.newest_time.FromDatetime(NOW)
    turn.due_age.FromTimedelta(waited)
    turn.MergeFrom(turn_pb2.ClaimedTurn(**said))
    return turn


async def taken(mesh: Mesh, turn: turn_pb2.ClaimedTurn) -> turn_pb2.CompleteTurnRequest:
    peers: Any = mesh
    nobody_sees_it = Presence(AccountDirectory(peers), {})
    drafts, hooks = Drafts(peers, Valkey(None)), ReplyHooks(peers, httpx2.AsyncClient())
    await Orchestrator(peers, nobody_sees_it, drafts, hooks, lambda: NOW).take(turn)
    return mesh.completed[-1]


@pytest.mark.parametrize(
    ("wants_person", "cause"),
    [
        (False, outcomes.HANDOVER_CAUSE_LAST_TIER),
        (True, outcomes.HANDOVER_CAUSE_CUSTOMER_ASKS),
    ],
)
async def test_without_a_responder_the_customer_hears_of_a_person_and_the_reply_says_why(
    *, wants_person: bool, cause: outcomes.HandoverCause.ValueType
) -> None:
    mesh = Mesh()
    mesh.away.add("responder")
    mesh.heard = Classification(language="pt", wants_person=wants_person)

    outcome = (await taken(mesh, a_turn())).outcome

    assert outcome.fallback_reason == outcomes.TIER_REASON_RESPONDER_UNAVAILABLE
    assert (outcome.kind, outcome.handover_cause) == (outcomes.OUTCOME_KIND_HANDOVER, cause)
    assert (outcome.tier, outcome.text[:8]) == (outcomes.TIER_TEMPLATE, "Obrigado")


async def test_a_turn_is_answered_and_completed_under_its_fence() -> None:
    completed = await taken(Mesh(), a_turn())

    assert (completed.fence, list(completed.parts)) == (7, ["It arrives today."])
    assert completed.classification.intent == "shipping"


async def test_trap_21_what_whatsapp_cannot_show_is_answered_like_any_message() -> None:
    mesh, turn = Mesh(), a_turn()
    turn.messages[0].text = ""

    completed = await taken(mesh, turn)

    assert (mesh.read, list(mesh.asked[0].messages)) == ([], ["…"])
    assert completed.outcome.kind == outcomes.OUTCOME_KIND_ANSWER


async def test_a_burst_longer_than_its_readers_take_is_read_all_the_same() -> None:
    mesh, turn = Mesh(), a_turn()
    for text in ["word " * 20_000, *("and?" for _ in range(90))]:
        turn.messages.add(text=text, author=conversation_pb2.AUTHOR_CUSTOMER)

    await taken(mesh, turn)

    for request in (*mesh.read, *mesh.asked):
        protovalidate.validate(request)
    assert mesh.asked[-1].messages[0].startswith("Where is my parcel?\nword")


@pytest.mark.parametrize(
    ("waited", "best"),
    [
        (timedelta(seconds=59), outcomes.TIER_UNSPECIFIED),
        (timedelta(seconds=61), outcomes.TIER_KNOWLEDGE),
        (timedelta(minutes=11), outcomes.TIER_TEMPLATE),
    ],
)
async def test_work_that_waited_is_answered_from_cheaper_tiers(
    waited: timedelta, best: outcomes.Tier.ValueType
) -> None:
    mesh = Mesh()

    await taken(mesh, a_turn(waited))

    assert [asked.best_tier for asked in mesh.asked] == [best]


async def test_without_the_responder_the_worker_says_that_a_person_answers() -> None:
    mesh = Mesh()
    mesh.away = {"responder", "classifier"}

    completed = await taken(mesh, a_turn())

    assert completed.outcome.kind == outcomes.OUTCOME_KIND_HANDOVER
    assert "person" in completed.parts[0]
    assert completed.HasField("ticket")


async def test_what_an_earlier_worker_paid_for_is_what_counts() -> None:
    mesh = Mesh()
    mesh.is_paid = True
    mesh.recorded["reply.v1"] = outcomes.Outcome(
        kind=outcomes.OUTCOME_KIND_ANSWER, text="The first one."
    ).SerializeToString()

    completed = await taken(mesh, a_turn())

    assert list(completed.parts) == ["The first one."]


async def test_newer_messages_are_answered_together_with_the_older_ones() -> None:
    mesh = Mesh()
    mesh.answers = [
        turn_pb2.CompleteTurnResponse(
            status=turn_pb2.CompleteTurnResponse.STATUS_EXTENDED, turn=a_turn(generation=2)
        )
    ]

    completed = await taken(mesh, a_turn())

    assert [request.generation for request in mesh.completed] == [1, 2]
    assert completed.generation == 2


async def test_a_turn_that_another_worker_has_now_is_left_to_it() -> None:
    mesh = Mesh()
    mesh.answers = [ChangedMeanwhile("fenced")]

    await taken(mesh, a_turn())

    assert len(mesh.completed) == 1


def unsure(**policy: Any) -> turn_pb2.ClaimedTurn:
    return a_turn(policy={"confidence_threshold": 0.4, "model_labels": True, **policy})


@pytest.mark.parametrize("chosen", ["refund", "out_of_scope"])
async def test_a_label_below_the_threshold_is_a_models_choice_and_the_record_says_so(
    chosen: str,
) -> None:
    mesh = Mesh()
    mesh.chosen = chosen

    heard = (await taken(mesh, unsure())).classification

    assert (heard.intent, heard.out_of_scope) == (chosen, chosen == "out_of_scope")
    assert heard.alternatives[0].intent == chosen
    assert heard.engine == "mistral/mistral-small over heads"
    assert mesh.asked[0].classification.intent == chosen


@pytest.mark.parametrize(
    ("policy", "heard", "waited"),
    [
        ({"model_labels": False}, {}, 0),
        ({}, {"confidence": 0.9}, 0),
        ({}, {"wants_person": True}, 0),
        ({}, {"emergency": 4}, 0),
        ({}, {"courtesy": True}, 0),
        ({}, {}, 90),
    ],
)
async def test_no_model_chooses_where_nobody_allowed_it_or_nothing_hangs_on_it(
    policy: dict[str, Any], heard: dict[str, Any], waited: int
) -> None:
    mesh = Mesh()
    mesh.heard = Classification(**heard)
    turn = unsure(**policy)
    turn.due_age.FromSeconds(waited)

    completed = await taken(mesh, turn)

    assert (completed.classification.intent, mesh.doubts) == ("shipping", [])


async def test_where_no_model_chooses_the_classifiers_label_stands() -> None:
    silent, empty = Mesh(), Mesh()
    silent.away.add("responder")
    empty.chosen = ""

    heard = [(await taken(mesh, unsure())).classification for mesh in (silent, empty)]

    assert [(one.intent, one.engine) for one in heard] == [("shipping", "heads")] * 2
