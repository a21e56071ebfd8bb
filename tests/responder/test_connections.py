"""A connection is kept from one reply to the next: a new one costs a handshake."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from services.responder.prompt import Size, build
from services.responder.providers.mistral import Mistral
from services.responder.providers.mistral_native import open_transport
from services.responder.providers.ollama import Ollama
from services.responder.providers.provider import Condition, Limits, Provider, collect
from tests.providers import mistral, ollama
from tests.providers.canonical import said
from tests.providers.wire import Fake, served
from tests.responder.scene import HITS, KEY, a_question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"
_ENDED = b"0\r\n\r\n"
_MISTRAL = (mistral.chunk(said()), mistral.ending(), b"data: [DONE]\n\n")
_OLLAMA = (ollama.line(said()), ollama.last())


class Answering(asyncio.Protocol):
    """Says the same to everybody, for as long as they stay."""

    def __init__(self, came: list[Answering], parts: tuple[bytes, ...], end: bytes) -> None:
        came.append(self)
        self._said = _HEAD + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.rstrip().endswith(b"}"):  # the request's body is whole
            self._transport.write(self._said)


@asynccontextmanager
async def answering(
    *parts: bytes, end: bytes = _ENDED
) -> AsyncIterator[tuple[str, list[Answering]]]:
    came: list[Answering] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(came, parts, end), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}", came
    finally:
        server.close()


async def asked_twice(provider: Provider) -> None:
    for _ in range(2):
        limits = Limits(asyncio.get_running_loop().time() + 10, 5, 5)
        raw, _ = await collect(provider.ask(build(a_question(), HITS, Size(3, 4)), limits), limits)
        assert raw == said()


async def test_two_questions_to_mistral_take_one_connection() -> None:
    async with answering(*_MISTRAL) as (url, came), open_transport(KEY, url) as transport:
        await asked_twice(Mistral(transport, KEY, "well"))

    assert len(came) == 1


async def test_two_questions_to_ollama_take_one_connection() -> None:
    async with answering(*_OLLAMA) as (url, came):
        provider = Ollama(url, "well", window_tokens=8192, keep_alive="30m")
        await asked_twice(provider)
        await provider.close()

    assert len(came) == 1


@pytest.mark.parametrize("parts", [_MISTRAL, _MISTRAL[:2]])
async def test_an_answer_whose_stream_never_ends_is_whole_all_the_same(
    parts: tuple[bytes, ...],
) -> None:
    async with answering(*parts, end=b"") as (url, came), open_transport(KEY, url) as transport:
        await asked_twice(Mistral(transport, KEY, "well"))

    assert len(came) == 2


async def test_a_proxy_of_the_environment_carries_what_goes_to_mistral(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_of_us = "http://mistral.example/v1/models"
    async with served(Fake({}, {asked_of_us: mistral.models})) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "localhost")
        async with open_transport(KEY, "http://mistral.example") as transport:
            state = await Mistral(transport, KEY, "well").probe()

    assert state.condition is Condition.READY
    assert [asked.path for asked in proxy.requests] == [asked_of_us]
