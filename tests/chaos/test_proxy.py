"""The bad network does what it is told, and heals."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.chaos.proxy import Proxy, Toxic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def proxied() -> AsyncIterator[tuple[Proxy, list[bytes]]]:
    """A proxy before a server that notes each line and answers it."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"yes\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with Proxy(server.sockets[0].getsockname()[:2]).serving() as proxy:
        yield proxy, heard
    server.close()


async def ask(proxy: Proxy) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(b"hello\n")
        return await reader.readline()
    finally:
        writer.close()


async def test_a_good_network_passes_both_ways() -> None:
    async with proxied() as (proxy, heard):
        assert (await ask(proxy), heard) == (b"yes\n", [b"hello\n"])


async def test_a_cut_response_leaves_the_work_done_and_nobody_told() -> None:
    async with proxied() as (proxy, heard):
        proxy.toxic = Toxic.CUT_RESPONSE

        with pytest.raises(ConnectionError):
            await ask(proxy)

        assert heard == [b"hello\n"]


@pytest.mark.parametrize(
    ("toxic", "is_heard"), [(Toxic.BLACK_HOLE, False), (Toxic.HALF_OPEN, True)]
)
async def test_who_lost_bytes_has_to_dial_again(toxic: Toxic, is_heard: bool) -> None:  # noqa: FBT001
    async with proxied() as (proxy, heard):
        proxy.toxic = toxic
        asking = asyncio.create_task(ask(proxy))
        while not proxy.has_swallowed:  # noqa: ASYNC110 - bytes ring no bell
            await asyncio.sleep(0.01)
        proxy.heal()

        with pytest.raises(ConnectionError):
            await asking
        assert bool(heard) == is_heard
        assert await ask(proxy) == b"yes\n"
