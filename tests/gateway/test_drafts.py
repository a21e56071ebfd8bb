"""An answer that is asked for aloud where somebody watches, and as ever where nobody does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from cassava.responder.v1.responder_pb2 import ReplyRequest, ReplyResponse, StreamReplyResponse
from cassava.type.v1 import channel_pb2
from cassava.type.v1 import outcome_pb2 as outcomes

from mesh.errors import OutOfTime, Unavailable
from mesh.valkey import Valkey
from services.gateway.drafts import Drafts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cli.embedded.valkey import Valkey as Server

WEBCHAT, WHATSAPP = channel_pb2.CHANNEL_KIND_WEBCHAT, channel_pb2.CHANNEL_KIND_WHATSAPP
FINAL = ReplyResponse(outcome=outcomes.Outcome(text="One. Two."), paid=True)


class Responder:
    """Says these pieces, and then fails like this."""

    def __init__(self, *pieces: StreamReplyResponse, fails: Exception | None = None) -> None:
        self.responder = self
        self._pieces = pieces
        self._fails = fails
        self.calls = 0

    async def StreamReply(self, _: Any, timeout: float) -> AsyncIterator[StreamReplyResponse]:  # noqa: ASYNC109
        for piece in self._pieces:
            yield piece
        if self._fails:
            raise self._fails

    async def Reply(self, _: Any, timeout: float) -> ReplyResponse:  # noqa: ASYNC109  # a stub's
        self.calls += 1
        return FINAL


def a_request(channel: Any) -> ReplyRequest:
    return ReplyRequest(tenant_id="acme", conversation_id="c", channel=channel)


async def asked(responder: Responder, channel: Any, valkey: Valkey | None = None) -> ReplyResponse:
    peers: Any = responder
    return await Drafts(peers, valkey or Valkey(None)).reply(a_request(channel), 5.0)


async def test_each_piece_is_said_as_the_whole_text_so_far(valkey: Server) -> None:
    client, listener = Valkey(valkey.url), Valkey(valkey.url)
    responder = Responder(
        StreamReplyResponse(delta="One."),
        StreamReplyResponse(delta=" Wrong."),
        StreamReplyResponse(replace=""),
        StreamReplyResponse(delta="One. Two."),
        StreamReplyResponse(final=FINAL),
    )

    replied = await asked(responder, WEBCHAT, client)

    heard = await listener.read("asides:acme", "0-0", 1000)
    assert replied == FINAL
    assert responder.calls == 0
    assert [fields["text"].decode() for _, fields in heard] == [
        "One.",
        "One. Wrong.",
        "",
        "One. Two.",
    ]
    assert {fields["conversation_id"] for _, fields in heard} == {b"c"}
    await asyncio.gather(client.close(), listener.close())


async def test_where_nobody_watches_the_answer_is_asked_for_whole() -> None:
    responder = Responder()

    assert await asked(responder, WHATSAPP) == FINAL
    assert responder.calls == 1


@pytest.mark.parametrize("fails", [None, Unavailable("gone")])
async def test_a_stream_that_breaks_off_is_asked_again_as_a_call(fails: Exception | None) -> None:
    responder = Responder(StreamReplyResponse(delta="One."), fails=fails)

    assert await asked(responder, WEBCHAT) == FINAL
    assert responder.calls == 1


async def test_when_no_time_is_left_nobody_is_asked_again() -> None:
    responder = Responder(fails=OutOfTime("17 s are over"))

    with pytest.raises(OutOfTime):
        await asked(responder, WEBCHAT)
    assert responder.calls == 0


async def test_what_is_not_final_yet_does_not_show() -> None:
    responder: Any = Responder()

    await Drafts(responder, Valkey(None)).reply(a_request(WEBCHAT), 5.0, is_final=False)

    assert responder.calls == 1
