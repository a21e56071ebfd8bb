"""The test endpoint: one message through the whole mesh, the answer back."""

import asyncio
import time
import uuid
from typing import Any

from cassava.tickets.v1 import conversation_pb2, inbox_pb2, ticket_pb2, turn_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2
from starlette.requests import Request
from starlette.responses import JSONResponse

from mesh import deadline
from mesh.access import Role
from mesh.errors import Conflict, InvalidInput, NotFound, OutOfTime, Unavailable
from services.gateway.accept import Acceptor
from services.gateway.accounts import AccountDirectory
from services.gateway.body import read_json, required_text_in, text_in
from services.gateway.callers import Callers
from services.gateway.channels.channel import Account
from services.gateway.peers import Turns

KIND = "test"
_PATIENCE_SECONDS = 25.0
_FIRST_LOOK_SECONDS = 0.015
_LONGEST_LOOK_SECONDS = 0.2
_LONGEST_MESSAGE = 20_000
_HELD_BY_PEOPLE = {conversation_pb2.HOLDER_QUEUED, conversation_pb2.HOLDER_PERSON}


class Trial:
    """`POST /api/v1/test/test`, the only synchronous way in."""

    def __init__(
        self, callers: Callers, accounts: AccountDirectory, acceptor: Acceptor, turns: Turns
    ) -> None:
        self._callers = callers
        self._accounts = accounts
        self._acceptor = acceptor
        self._turns = turns

    async def post(self, request: Request) -> JSONResponse:
        """Store it like any other message, then wait for its turn; 504 names what is stored."""
        started = time.perf_counter()
        caller = await self._callers.caller(request.headers)
        body = await read_json(request)
        text = required_text_in(body, "message", longest=_LONGEST_MESSAGE)
        customer_id = required_text_in(body, "customer_id", longest=300)
        if text_in(body, "channel", longest=40, default=KIND) != KIND:
            raise InvalidInput("only the channel `test` answers at once", field="channel")
        asked = text_in(body, "tenant_id", longest=63)
        path = request.url.path
        tenant_id = await self._callers.tenant_of(caller, asked, path, Role.AGENT, Role.INGEST)
        key = _key_of(text_in(body, "request_id", longest=36))
        account = await self._account(tenant_id)
        results = await self._acceptor.accept([_item(account, key, customer_id, text)])
        stored = results[0]
        if not stored.message_id:
            raise Conflict("this message cannot be taken: the customer or the tenant is gone")
        turn = await self._answered(tenant_id, stored)
        total_ms = round((time.perf_counter() - started) * 1000)
        return JSONResponse(_as_json(stored, turn, total_ms))

    async def _account(self, tenant_id: str) -> Account:
        found = await self._accounts.of_tenant(KIND, tenant_id)
        if not found:
            raise Conflict("this tenant has no channel of the kind `test`")
        return found[0]

    async def _answered(
        self, tenant_id: str, stored: inbox_pb2.AcceptResult
    ) -> turn_pb2.GetTurnByMessageResponse:
        pause, ends_at = _FIRST_LOOK_SECONDS, time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < ends_at:
            await asyncio.sleep(pause)
            pause = min(pause * 1.25, _LONGEST_LOOK_SECONDS)
            try:
                with deadline.within(max(0.2, ends_at - time.monotonic())):
                    turn = await self._turns.turn_of(tenant_id, stored.message_id)
            except (NotFound, Unavailable, OutOfTime):
                continue
            if turn.done:
                return turn
        raise OutOfTime(
            f"message {stored.message_id} of conversation {stored.conversation_id} is stored "
            "and will be answered; the answer did not come in time"
        )


def _key_of(request_id: str) -> str:
    try:
        return f"test:{uuid.UUID(request_id) if request_id else uuid.uuid4()}"
    except ValueError:
        raise InvalidInput("request_id is not a UUID", field="request_id") from None


def _item(account: Account, key: str, customer_id: str, text: str) -> inbox_pb2.InboundItem:
    item = inbox_pb2.InboundItem(
        tenant_id=account.tenant_id, account_id=account.account_id, key=key, raw=text.encode()
    )
    arrival = item.arrival
    arrival.contact.aliases.add(kind="test", value=customer_id)
    arrival.contact.reply_address = customer_id
    arrival.kind = conversation_pb2.MESSAGE_KIND_TEXT
    arrival.text = text.encode()
    arrival.no_debounce = True
    return item


def _as_json(
    stored: inbox_pb2.AcceptResult, turn: turn_pb2.GetTurnByMessageResponse, total_ms: int
) -> dict[str, Any]:
    is_handover = turn.outcome.kind == outcome_pb2.OUTCOME_KIND_HANDOVER
    return {
        "conversation_id": turn.conversation_id,
        "message_id": stored.message_id,
        "classification": _classification(turn.classification),
        "reply": _reply(turn),
        "ticket": _ticket(turn.ticket) if turn.HasField("ticket") else None,
        "handover": is_handover or turn.holder in _HELD_BY_PEOPLE,
        "timings_ms": {**turn.timings_ms, "total": total_ms},
    }


def _classification(said: classification_pb2.Classification) -> dict[str, Any]:
    urgency = classification_pb2.Urgency.Name(said.urgency)
    sentiment = classification_pb2.Sentiment.Name(said.sentiment)
    return {
        "intent": said.intent,
        "confidence": _rounded(said.confidence),
        "urgency": _word(urgency, "URGENCY_"),
        "sentiment": _word(sentiment, "SENTIMENT_"),
        "language": said.language,
        "out_of_scope": said.out_of_scope,
        "confidences": {
            "urgency": _rounded(said.confidences.urgency),
            "sentiment": _rounded(said.confidences.sentiment),
            "language": _rounded(said.confidences.language),
        },
        "engine": said.engine,
    }


def _reply(turn: turn_pb2.GetTurnByMessageResponse) -> dict[str, Any] | None:
    """None for silence: a person holds the conversation."""
    outcome = turn.outcome
    text = turn.reply.text or outcome.text
    if not text:
        return None
    return {
        "text": text,
        "tier": _word(outcome_pb2.Tier.Name(outcome.tier), "TIER_"),
        "model": outcome.model,
        "sources": [
            {
                "article_id": source.article_id,
                "title": source.title,
                "url": source.url,
                "score": _rounded(source.score),
            }
            for source in outcome.sources
        ],
        "confidence": _rounded(outcome.confidence),
        "fallback_reason": _word(
            outcome_pb2.TierReason.Name(outcome.fallback_reason), "TIER_REASON_"
        ),
    }


def _ticket(ticket: ticket_pb2.Ticket) -> dict[str, Any]:
    due = ticket.first_response_due_time
    return {
        "id": ticket.id,
        "number": ticket.number,
        "subject": ticket.subject,
        "category": ticket.category,
        "priority": _word(classification_pb2.Urgency.Name(ticket.priority), "URGENCY_"),
        "status": _word(ticket_pb2.Ticket.Status.Name(ticket.status), "STATUS_"),
        "cause": ticket.cause,
        "first_response_due_time": due.ToJsonString()
        if ticket.HasField("first_response_due_time")
        else None,
    }


def _word(name: str, prefix: str) -> str | None:
    """`URGENCY_HIGH` as `high`; what is unspecified is null."""
    word = name.removeprefix(prefix).lower()
    return None if word == "unspecified" else word


def _rounded(score: float) -> float:
    """A float32 of the wire without its noise."""
    return round(score, 4)
