"""Streams and what is remembered: a tenant hears of itself alone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import event_pb2
from websockets.asyncio.client import connect

from tests.contract.tenants import CANARY, THIEF, VICTIM, Two
from tests.contract.walk import methods
from tests.tickets.builders import a_channel, a_message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.front import Front

OURS = "a-message-of-our-own"


@asynccontextmanager
async def by_watch(two: Two, front: Front) -> AsyncIterator[AsyncIterator[Any]]:
    del front
    call = two.thief.api.events.Watch(event_pb2.WatchRequest())
    messages = aiter(call)
    async with asyncio.timeout(10):  # before the second heartbeat: the first comes at once
        assert (await anext(messages)).type == "heartbeat"
    yield messages
    call.cancel()


@asynccontextmanager
async def by_sse(two: Two, front: Front) -> AsyncIterator[AsyncIterator[Any]]:
    del front
    async with two.thief.http.stream("GET", f"/api/v1/tenants/{THIEF}/events") as response:
        lines = response.aiter_lines()
        await anext(lines)
        yield lines


@asynccontextmanager
async def by_socket(two: Two, front: Front) -> AsyncIterator[AsyncIterator[Any]]:
    issued = await two.thief.http.post(f"/api/v1/tenants/{THIEF}/live_tokens", json={})
    token = issued.json()["token"]
    url = f"ws://{front.edge}/api/v1/tenants/{THIEF}/live?token={token}"
    async with connect(url) as opened:
        await opened.recv()
        yield aiter(opened)


@pytest.mark.parametrize("opening", [by_watch, by_sse, by_socket])
async def test_a_stream_tells_nothing_of_another_tenant(
    two: Two, front: Front, opening: Any
) -> None:
    theirs = await a_channel(two.victim.api, tenant_id=VICTIM)
    ours = await a_channel(two.thief.api, tenant_id=THIEF)

    async with opening(two, front) as heard:
        await a_message(two.mesh, theirs, CANARY, CANARY)
        arrived = await a_message(two.mesh, ours, OURS)
        said = ""
        async with asyncio.timeout(15):
            while arrived.message_id not in said:
                said += str(await anext(heard))

    for secret in (CANARY, VICTIM, theirs.id):
        assert secret not in said


async def test_a_token_of_one_tenant_opens_no_stream_of_another(two: Two) -> None:
    issued = await two.thief.http.post(f"/api/v1/tenants/{THIEF}/live_tokens", json={})

    answer = await two.stranger.http.get(
        f"/api/v1/tenants/{VICTIM}/events",
        params={"token": issued.json()["token"]},
    )

    assert answer.status_code == 403


async def test_the_same_question_in_two_tenants_has_two_answers(two: Two) -> None:
    search = next(each for each in methods() if each.name == "SearchKnowledge")
    question = search.request(query=CANARY)

    theirs = await two.victim.said(search, question)
    ours = await two.thief.said(search, question)

    assert CANARY in theirs.text
    assert CANARY not in ours.text
    assert ours.code == "OK"
