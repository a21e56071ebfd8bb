"""A tenant's program is asked before the machine's reply is sent: approve, change, hand over."""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec
import structlog
from cassava.tickets.v1 import endpoint_pb2, tenant_pb2
from cassava.type.v1 import outcome_pb2 as outcomes
from google.protobuf import json_format

from mesh import telemetry
from mesh.errors import MeshError
from services.gateway import notice, wire
from services.gateway.channels import custom, sending, standard_webhooks
from services.gateway.channels.tolerant import Layer, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from cassava.tickets.v1.turn_pb2 import ClaimedTurn
    from cassava.type.v1.classification_pb2 import Classification

    from services.gateway.peers import Peers

log = structlog.get_logger()
# Nobody waits for a notice that says a person will answer, and silence needs no leave.
_ASKED_ABOUT = frozenset(
    {outcomes.OUTCOME_KIND_ANSWER, outcomes.OUTCOME_KIND_ASK, outcomes.OUTCOME_KIND_NOTICE}
)
_MOST_BYTES = 64 * 1024
_LONGEST_TEXT = 8000
_ACTIONS = ("approve", "replace", "enrich", "hand_over")
_answers = telemetry.counter(
    "cassava_reply_hooks",
    "Replies that a tenant's hook was asked about.",
    {"answer": (*_ACTIONS, "failed")},
)


class _Answer(Layer):
    action: str | None = None
    text: str | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


class HookFailed(Exception):
    """No answer in time, or none that we understand; the reason is a code."""


class ReplyHooks:
    def __init__(
        self, peers: Peers, client: httpx2.AsyncClient, clock: Callable[[], float] = time.time
    ) -> None:
        self._endpoints = peers.endpoints
        self._client = client
        self._clock = clock

    async def reviewed(
        self, turn: ClaimedTurn, heard: Classification, outcome: outcomes.Outcome
    ) -> outcomes.Outcome:
        """The outcome as the tenant's hook wants it; as it is where there is none."""
        hook = turn.policy.reply_hook
        if not hook.endpoint_id or outcome.kind not in _ASKED_ABOUT or not outcome.text:
            return outcome
        try:
            answer = await self._ask(hook, turn, heard, outcome)
        except HookFailed as error:
            log.warning("reply_hook_failed", turn_id=turn.turn_id, reason=str(error))
            _answers.labels("failed").inc()
            hands_over = hook.on_failure == tenant_pb2.ReplyHook.ON_FAILURE_HAND_OVER
            return _a_person(heard) if hands_over else outcome
        _answers.labels(answer.action or "").inc()
        return _changed(outcome, answer, heard)

    async def _ask(
        self,
        hook: tenant_pb2.ReplyHook,
        turn: ClaimedTurn,
        heard: Classification,
        outcome: outcomes.Outcome,
    ) -> _Answer:
        """All of it within the deadline. A repeat comes under the same id."""
        body = _question(turn, heard, outcome)
        try:
            async with asyncio.timeout(seconds_of(hook)):
                where = await self._endpoints.GetReplyHook(
                    endpoint_pb2.GetReplyHookRequest(
                        tenant_id=turn.tenant_id, endpoint_id=hook.endpoint_id
                    )
                )
                asked = f"{turn.turn_id}.{turn.generation}"
                now = int(self._clock())
                headers = standard_webhooks.sign(where.secrets, asked, now, body)
                headers |= {"content-type": "application/json", custom.LOOP: "1"}
                said = await self._post(where.url, body, headers)
        except TimeoutError:
            raise HookFailed("timeout") from None
        except MeshError as error:
            raise HookFailed(error.reason) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise HookFailed(sending.named(error)) from None
        return _understood(said)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        said = b""
        request = self._client.stream("POST", url, content=body, headers=headers)
        async with request as response:
            if response.status_code != HTTPStatus.OK:
                raise HookFailed(f"http_{response.status_code}")
            async for piece in response.aiter_bytes():
                said += piece
                if len(said) > _MOST_BYTES:
                    raise HookFailed("too_large")
        return said


def seconds_of(hook: tenant_pb2.ReplyHook) -> float:
    return hook.deadline_milliseconds / 1000


def _question(turn: ClaimedTurn, heard: Classification, outcome: outcomes.Outcome) -> bytes:
    """What it decides by: what was asked, how we read it, what we would say."""
    data: dict[str, Any] = {
        "tenant_id": turn.tenant_id,
        "conversation_id": turn.conversation_id,
        "turn_id": turn.turn_id,
        "channel": wire.kind_from_proto(turn.channel),
        "messages": [{"id": m.id, "text": m.text} for m in turn.messages],
        "classification": json_format.MessageToDict(heard, preserving_proto_field_name=True),
        "reply": json_format.MessageToDict(outcome, preserving_proto_field_name=True),
    }
    return json.dumps({"type": "reply.proposed", "data": data}, ensure_ascii=False).encode()


def _understood(said: bytes) -> _Answer:
    answer = read(_ANSWER, said)
    if answer is None or answer.action not in _ACTIONS:
        raise HookFailed("no_action")
    answer.text = (answer.text or "").replace("\0", "").strip()[:_LONGEST_TEXT]
    if answer.action in {"replace", "enrich"} and not answer.text:
        raise HookFailed("no_text")
    return answer


def _changed(outcome: outcomes.Outcome, answer: _Answer, heard: Classification) -> outcomes.Outcome:
    changed = outcomes.Outcome()
    changed.CopyFrom(outcome)
    match answer.action:
        case "replace":
            changed.text = answer.text or ""
            changed.ClearField("sources")  # they were of other words
        case "enrich":
            changed.text = f"{outcome.text}\n\n{answer.text}"
        case "hand_over":
            return _a_person(heard)
    return changed


def _a_person(heard: Classification) -> outcomes.Outcome:
    return notice.of_a_person(
        heard.language, outcomes.HANDOVER_CAUSE_RULE, outcomes.TIER_REASON_RULE
    )
