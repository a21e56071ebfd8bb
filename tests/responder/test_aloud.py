"""A reply while it is written: what may be shown, and what is taken back."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from cassava.responder.v1 import responder_pb2 as pb
from cassava.type.v1 import outcome_pb2

from services.responder.aloud import Aloud, Delta, Replace
from tests.providers import mistral as at_mistral
from tests.providers.canonical import REPLY, said
from tests.responder.scene import a_scene

if TYPE_CHECKING:
    from services.responder.draft import Draft
    from tests.providers.wire import Reply
    from tests.responder.api import Api
    from tests.responder.scene import Scene

Pieces = list[Delta | Replace]


async def watched(scene: Scene) -> tuple[Pieces, Draft]:
    aloud = Aloud()
    writing = asyncio.create_task(scene.reply(aloud=aloud))
    writing.add_done_callback(aloud.closes)
    return [piece async for piece in aloud.pieces()], await writing


def shown(pieces: Pieces) -> str:
    text = ""
    for piece in pieces:
        text = text + piece.text if isinstance(piece, Delta) else piece.text
    return text


async def test_a_good_reply_comes_sentence_by_sentence() -> None:
    async with a_scene("well") as scene:
        pieces, draft = await watched(scene)

    assert [type(piece) for piece in pieces] == [Delta, Delta, Delta]
    assert shown(pieces) == draft.text == REPLY


async def test_what_a_dead_model_said_is_taken_back() -> None:
    async with a_scene("dies", "well") as scene:
        pieces, draft = await watched(scene)

    assert Replace("") in pieces
    assert shown(pieces) == draft.text == REPLY


async def test_the_last_tier_replaces_what_was_shown() -> None:
    async with a_scene("dies") as scene:
        pieces, draft = await watched(scene)

    assert isinstance(pieces[0], Delta)
    assert shown(pieces) == draft.text


async def test_no_sentence_is_shown_that_could_not_stand() -> None:
    invented = REPLY + " It costs $47, and here is more to read. Goodbye then."
    async with a_scene("invents-late") as scene:
        scene.mistral.behaviours["invents-late"] = at_mistral.answers(said(invented))
        pieces, _ = await watched(scene)

    assert not any("47" in piece.text for piece in pieces)


async def test_a_mark_that_the_model_repeats_is_never_shown() -> None:
    async def repeats(reply: Reply) -> None:
        system = json.dumps(reply.request.body["messages"][0])
        mark = system.split("never to be repeated: ")[1].split("\\n")[0]
        await at_mistral.answers(said(f"A refund takes time. It is {mark}. So there."))(reply)

    async with a_scene("repeats") as scene:
        scene.mistral.behaviours["repeats"] = repeats
        pieces, draft = await watched(scene)

    assert draft.cause == "content_filter"
    assert not any("mark-" in piece.text for piece in pieces)


async def test_the_stream_of_the_service_ends_with_the_outcome(api: Api, demo: str) -> None:
    question = pb.ReplyRequest(messages=["How long does a refund take?"])
    request = pb.StreamReplyRequest(tenant_id=demo, reply=question)

    pieces = [piece async for piece in api.responder.StreamReply(request)]

    assert pieces[-1].final.outcome.kind == outcome_pb2.OUTCOME_KIND_ANSWER
    assert "".join(piece.delta for piece in pieces) == pieces[-1].final.outcome.text
