"""A tenant's program that is asked before a reply is sent, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import endpoint_pb2, tenant_pb2, turn_pb2
from cassava.type.v1 import outcome_pb2 as outcomes
from cassava.type.v1.classification_pb2 import Classification

from mesh.egress import open_client
from mesh.errors import NotFound
from services.gateway.channels import standard_webhooks
from services.gateway.reply_hook import ReplyHooks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = "whsec_" + "a2V5" * 8
PROPOSED = outcomes.Outcome(
    kind=outcomes.OUTCOME_KIND_ANSWER,
    text="It arrives today.",
    sources=[outcomes.Source(title="Shipping")],
)
Hook = tenant_pb2.ReplyHook


class Program:
    """A tenant's: it says this, or nothing at all, and keeps what it was asked."""

    def __init__(self, says: bytes | None, head: str) -> None:
        self._says = says
        self._head = head
        self.headers: dict[str, str] = {}
        self.body = b""
        self.url = ""
        self.endpoints = self

    async def GetReplyHook(self, request: Any) -> endpoint_pb2.GetReplyHookResponse:
        """Tickets' part."""
        if not self.url:
            raise NotFound("no such endpoint")
        return endpoint_pb2.GetReplyHookResponse(url=self.url, secrets=[SECRET])

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        self.headers = {name.lower(): value for name, _, value in lines}
        self.body = await reader.readexactly(int(self.headers["content-length"]))
        if self._says is None:
            await reader.read()  # until who asked gives up
        else:
            length = f"content-length: {len(self._says)}\r\n\r\n"
            writer.write(f"HTTP/1.1 {self._head}\r\n{length}".encode() + self._says)
        writer.close()


@asynccontextmanager
async def a_program(says: Any, head: str = "200 OK") -> AsyncIterator[Program]:
    raw = says if says is None or isinstance(says, bytes) else json.dumps(says).encode()
    program = Program(raw, head)
    server = await asyncio.start_server(program.take, "127.0.0.1", 0)
    program.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ask"
    yield program
    server.close()


async def reviewed(
    program: Program,
    *,
    outcome: outcomes.Outcome = PROPOSED,
    on_failure: Hook.OnFailure.ValueType = Hook.ON_FAILURE_SEND,
    milliseconds: int = 5000,
    networks: str = "127.0.0.0/8",
) -> outcomes.Outcome:
    hook = Hook(endpoint_id="e", deadline_milliseconds=milliseconds, on_failure=on_failure)
    turn = turn_pb2.ClaimedTurn(
        tenant_id="acme", turn_id="t", generation=2, policy=tenant_pb2.Policy(reply_hook=hook)
    )
    turn.messages.add(id="m", text="Where is it?")
    peers: Any = program
    async with open_client(networks) as client:
        hooks = ReplyHooks(peers, client, clock=lambda: 1000.0)
        return await hooks.reviewed(turn, Classification(language="de"), outcome)


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ({"action": "approve"}, PROPOSED.text),
        ({"action": "replace", "text": "Tomorrow."}, "Tomorrow."),
        ({"action": "enrich", "text": "Parcel 7."}, "It arrives today.\n\nParcel 7."),
    ],
)
async def test_the_hook_says_what_is_sent(says: dict[str, str], text: str) -> None:
    async with a_program(says) as program:
        sent = await reviewed(program)

    assert (sent.kind, sent.text) == (outcomes.OUTCOME_KIND_ANSWER, text)


async def test_other_words_do_not_rest_on_the_sources_of_the_first() -> None:
    async with a_program({"action": "replace", "text": "Tomorrow."}) as program:
        assert not (await reviewed(program)).sources


async def test_a_hook_may_call_a_person_and_the_customer_is_told() -> None:
    async with a_program({"action": "hand_over"}) as program:
        sent = await reviewed(program)

    assert sent.kind == outcomes.OUTCOME_KIND_HANDOVER
    assert sent.handover_cause == outcomes.HANDOVER_CAUSE_RULE
    assert "Team" in sent.text


async def test_it_is_asked_under_a_signature_and_an_id_that_a_repeat_keeps() -> None:
    async with a_program({"action": "approve"}) as program:
        await reviewed(program)

    standard_webhooks.verify([SECRET], program.headers, program.body, now=1000.0)
    asked = json.loads(program.body)
    assert program.headers["webhook-id"] == "t.2"
    assert asked["type"] == "reply.proposed"
    assert asked["data"]["messages"] == [{"id": "m", "text": "Where is it?"}]
    assert asked["data"]["reply"]["text"] == PROPOSED.text


FAILURES = [
    ({"action": "dance"}, "200 OK"),
    ({"action": "replace"}, "200 OK"),
    (b"\xff{", "200 OK"),
    ({"action": "approve"}, "500 Oops"),
    ({"action": "approve"}, "302 Found"),
    (b"x" * 70_000, "200 OK"),
]


@pytest.mark.parametrize(("says", "head"), FAILURES)
@pytest.mark.parametrize("on_failure", [Hook.ON_FAILURE_SEND, Hook.ON_FAILURE_HAND_OVER])
async def test_what_happens_when_it_fails_is_the_tenants_to_say(
    says: Any, head: str, on_failure: Hook.OnFailure.ValueType
) -> None:
    async with a_program(says, head) as program:
        sent = await reviewed(program, on_failure=on_failure)

    hands_over = on_failure == Hook.ON_FAILURE_HAND_OVER
    assert (sent.kind == outcomes.OUTCOME_KIND_HANDOVER) == hands_over
    assert hands_over or sent == PROPOSED


async def test_who_does_not_answer_in_time_has_failed() -> None:
    async with a_program(None) as program:
        assert await reviewed(program, milliseconds=200) == PROPOSED


async def test_an_address_inside_is_not_asked() -> None:
    async with a_program({"action": "replace", "text": "Mine."}) as program:
        assert await reviewed(program, networks="") == PROPOSED
    assert program.body == b""


async def test_an_endpoint_that_is_gone_has_failed() -> None:
    async with a_program({"action": "approve"}) as program:
        program.url = ""
        sent = await reviewed(program, on_failure=Hook.ON_FAILURE_HAND_OVER)

    assert sent.kind == outcomes.OUTCOME_KIND_HANDOVER


async def test_nobody_is_asked_whether_a_person_may_come() -> None:
    notice = outcomes.Outcome(kind=outcomes.OUTCOME_KIND_HANDOVER, text="A person comes.")
    async with a_program({"action": "replace", "text": "No."}) as program:
        assert await reviewed(program, outcome=notice) == notice
    assert program.body == b""
