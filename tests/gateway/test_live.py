"""Live updates over SSE and WebSocket: resume, gaps, rights."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.gateway.record import EPOCH, Record

EVENTS = "/api/v1/tenants/demo/events"


def socket_url(edge: httpx2.AsyncClient, query: str = "", tenant: str = "demo") -> str:
    return f"ws://127.0.0.1:{edge.base_url.port}/api/v1/tenants/{tenant}/live{query}"


async def sse(edge: httpx2.AsyncClient, **options: Any) -> AsyncIterator[tuple[str, Any]]:
    """`(id, data)` of every event."""
    position = ""
    async with edge.stream("GET", EVENTS, **options) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                position = line[4:]
            elif line.startswith("data: "):
                yield position, json.loads(line[6:])
                position = ""


async def take(frames: AsyncIterator[Any], count: int) -> list[Any]:
    found = []
    async for frame in frames:
        found.append(frame)
        if len(found) == count:
            break
    await frames.aclose()  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    "options",
    [
        {"params": {"after": 2, "epoch": EPOCH}},
        {"params": {"after": 2}},
        {"headers": {"last-event-id": f"{EPOCH}.2"}},
        {"headers": {"last-event-id": "2"}},
    ],
)
async def test_a_client_resumes_by_number(
    edge: httpx2.AsyncClient, record: Record, options: Any
) -> None:
    for _ in range(4):
        record.happen("message.received")

    frames = await take(sse(edge, **options), 3)

    assert [position for position, _ in frames] == ["", f"{EPOCH}.3", f"{EPOCH}.4"]
    assert frames[1][1]["sequence"] == "3"
    assert frames[1][1]["data"] == {"number": 3}


@pytest.mark.parametrize(
    "query", ["after=-1", "after=99", "after=x", f"after={2**63}", "after=1&epoch=old"]
)
async def test_a_position_that_is_lost_says_so_once(
    edge: httpx2.AsyncClient, record: Record, query: str
) -> None:
    record.happen("message.received")
    record.happen("message.received")

    frames = await take(sse(edge, params=dict(pair.split("=") for pair in query.split("&"))), 2)

    assert frames[1][1]["type"] == "resync_required"
    assert frames[1][1]["sequence"] == "2"


async def test_sockets_get_every_event_in_order(edge: httpx2.AsyncClient, record: Record) -> None:
    record.happen("conversation.opened")
    async with connect(socket_url(edge, "?after=0")) as one, connect(socket_url(edge)) as two:
        assert json.loads(await one.recv())["type"] == "heartbeat"
        assert json.loads(await one.recv())["type"] == "conversation.opened"
        assert json.loads(await two.recv())["sequence"] == "1"
        for _ in range(3):
            record.happen("message.received")

        seen = [[json.loads(await each.recv()) for _ in range(3)] for each in (one, two)]

    assert [[said["sequence"] for said in frames] for frames in seen] == [["2", "3", "4"]] * 2


async def test_who_types_is_told_to_the_others_and_kept_nowhere(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    conversation_id = str(uuid.uuid4())
    async with connect(socket_url(edge)) as one, connect(socket_url(edge)) as two:
        for socket in (one, two):
            await socket.recv()

        await one.send(json.dumps({"type": "typing", "conversation_id": conversation_id}))

        said = json.loads(await two.recv())
    assert (said["type"], said["sequence"]) == ("typing", "0")
    assert said["data"]["conversation_id"] == conversation_id


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", "7", '{"type":"typing"}', '{"type":"typing","conversation_id":"x"}']
)
async def test_what_makes_no_sense_is_not_passed_on(
    edge: httpx2.AsyncClient, record: Record, nonsense: str
) -> None:
    async with connect(socket_url(edge)) as socket:
        await socket.recv()

        await socket.send(nonsense)
        record.happen("message.received")

        assert json.loads(await socket.recv())["type"] == "message.received"


async def test_no_log_holds_a_live_token(
    edge: httpx2.AsyncClient, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    record.tokens.add("once-and-never-logged")
    with caplog.at_level("INFO"):
        async with connect(socket_url(edge, "?token=once-and-never-logged")) as socket:
            await socket.recv()

    assert "never-logged" not in caplog.text


async def test_a_live_token_works_once(edge: httpx2.AsyncClient, record: Record) -> None:
    record.tokens.add("once")
    async with connect(socket_url(edge, "?token=once")) as socket:
        await socket.recv()

    with pytest.raises(InvalidStatus) as refused:
        await connect(socket_url(edge, "?token=once"))

    assert refused.value.response.status_code == 401


@pytest.mark.parametrize(
    ("headers", "tenant", "status"),
    [
        ({"origin": "https://evil.example"}, "demo", 403),
        ({"origin": "null"}, "demo", 403),
        ({"authorization": "Bearer csk_nobody"}, "demo", 401),
        ({"authorization": "Bearer csk_other"}, "demo", 403),
        ({}, "other", 403),
    ],
)
async def test_who_may_not_listen_is_refused_before_the_upgrade(
    edge: httpx2.AsyncClient, headers: dict[str, str], tenant: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(socket_url(edge, tenant=tenant), additional_headers=headers)

    assert refused.value.response.status_code == status


async def test_a_client_that_talks_too_much_is_closed(edge: httpx2.AsyncClient) -> None:
    async with connect(socket_url(edge)) as socket:
        for _ in range(25):
            await socket.send("hello")
        await socket.wait_closed()

    assert socket.close_code == 1008
