"""Wake-ups and streams, with Valkey and without."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from cli.embedded.valkey import Valkey as Server
from mesh.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def client(valkey: Server) -> AsyncIterator[Valkey]:
    client = Valkey(valkey.url)
    yield client
    await client.close()


async def seconds(waiting: object) -> float:
    started = time.monotonic()
    await waiting  # type: ignore[misc]  # any awaitable
    return time.monotonic() - started


async def test_who_waits_is_woken(client: Valkey) -> None:
    waiting = asyncio.create_task(seconds(client.wait("turns", 5)))
    await asyncio.sleep(0.1)

    await client.ring("turns")

    assert await waiting < 1


async def test_a_ring_between_two_waits_is_heard(client: Valkey) -> None:
    await client.wait("between", 0.05)

    await client.ring("between")

    assert await seconds(client.wait("between", 5)) < 1


async def test_a_ring_wakes_once(client: Valkey) -> None:
    await client.wait("once", 0.05)
    await client.ring("once")
    await client.wait("once", 5)

    assert await seconds(client.wait("once", 0.3)) > 0.25


async def test_every_waiting_process_is_woken(client: Valkey, valkey: Server) -> None:
    other = Valkey(valkey.url)
    waiting = [asyncio.create_task(seconds(each.wait("all", 5))) for each in (client, other)]
    await asyncio.sleep(0.1)

    await client.ring("all")

    assert max(await asyncio.gather(*waiting)) < 1
    await other.close()


async def test_without_a_ring_time_is_over_in_time(client: Valkey) -> None:
    assert 0.25 < await seconds(client.wait("silence", 0.3)) < 1


async def test_a_wait_may_be_longer_than_the_librarys_own_limit(client: Valkey) -> None:
    """Five seconds unless told otherwise; the worker's rarest loop waits ten."""
    assert client._redis is not None
    assert client._redis.connection_pool.connection_kwargs["socket_timeout"] is None


async def test_entries_are_read_in_order_after_a_position(client: Valkey) -> None:
    for number in (1, 2, 3):
        assert await client.append("live:acme", f"{number}-0", {"n": str(number)}, 100)

    entries = await client.read("live:acme", "1-0", 10)

    assert entries == [("2-0", {"n": b"2"}), ("3-0", {"n": b"3"})]
    assert await client.top("live:acme") == "3-0"
    assert await client.top("live:nobody") is None


async def test_an_entry_added_twice_is_there_once(client: Valkey) -> None:
    assert await client.append("live:twice", "1-0", {"n": "1"}, 100)
    assert await client.append("live:twice", "1-0", {"n": "1"}, 100)

    assert len(await client.read("live:twice", "0-0", 10)) == 1


async def test_a_command_that_is_refused_is_swallowed_too(client: Valkey, valkey: Server) -> None:
    other = Valkey(valkey.url)
    assert await other.append("wrong", "5-0", {"n": "1"}, 10)

    assert await client.append("wrong", "not an id", {"n": "1"}, 10) is False
    assert client.is_away
    await other.close()


@pytest.mark.parametrize("url", [None, "unix:///nowhere/valkey.sock", "redis://127.0.0.1:1"])
async def test_without_valkey_everything_goes_on_slower(url: str | None) -> None:
    client = Valkey(url)

    await client.ring("turns")

    assert await client.append("live", "1-0", {"n": "1"}, 10) is False
    assert await client.read("live", "0-0", 10) == []
    assert await client.top("live") is None
    assert 0.15 < await seconds(client.wait("turns", 0.2)) < 1
    assert client.is_away
    await client.close()


async def test_valkey_that_goes_and_comes_back_is_used_again(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    client = Valkey(server.url)
    await client.ring("turns")
    waiting = asyncio.create_task(seconds(client.wait("turns", 0.5)))
    await asyncio.sleep(0.1)

    server.stop()

    assert 0.4 < await waiting < 1.5
    server.start()
    came_back = False
    for _ in range(50):
        came_back = came_back or await client.append("live", "1-0", {"n": "1"}, 10)
        await asyncio.sleep(0 if came_back else 0.1)
    assert came_back
    assert not client.is_away
    await client.close()
    server.stop()
