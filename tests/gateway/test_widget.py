"""The widget in a real browser, on a page whose policy allows it nothing but the edge."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2

from tests.gateway import browser
from tests.gateway.record import CONVERSATION_ID, Record, an_account

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

CHAT_ID = "0190a000-0000-7000-8000-000000000005"
CHAT = f"/api/v1/webchat/{CHAT_ID}"
MARKUP = "<img src=x onerror=alert(1)> Hello."
LARGEST_BYTES = 25_000


@pytest.fixture
def record(record: Record) -> Record:
    record.accounts.append(an_account("webchat", CHAT_ID))
    return record


async def test_the_widget_is_small(edge: httpx2.AsyncClient) -> None:
    script = await edge.get(f"{CHAT}/widget.js")

    assert len(gzip.compress(script.content)) < LARGEST_BYTES


@pytest.mark.skipif(not browser.PROGRAM, reason="no Chromium on this machine")
async def test_a_visitor_writes_and_reads_the_answer_under_a_strict_policy(
    edge: httpx2.AsyncClient, record: Record, tmp_path: Path
) -> None:
    said = [a_message("m1", conversation_pb2.AUTHOR_BOT, MARKUP)]
    record.messages = Anybody({"somebody": said})

    async with browser.browsing(tmp_path) as page:
        await page.open(f"http://127.0.0.1:{edge.base_url.port}{CHAT}/")
        await page.do(await page.node("button", 1), "function() { this.click() }")
        await page.node("li")
        await page.do(await page.node("input"), "function(text) { this.value = text }", "Hi there")
        await page.do(await page.node("form"), "function() { this.requestSubmit() }")
        await asyncio.wait_for(record.begun.wait(), 30)
        said.append(a_message("m2", conversation_pb2.AUTHOR_CUSTOMER, "Hi there"))
        said.append(a_message("m3", conversation_pb2.AUTHOR_AGENT, "Hello."))
        record.happen("message.sent")
        record.events[-1].conversation_id = CONVERSATION_ID
        await page.node("li", 2)

        assert await page.texts("li") == [MARKUP, "Hi there", "Hello."]
        assert await page.nodes("img") == []
        assert page.complaints == []
    (item,) = record.items.values()
    assert item.arrival.text == b"Hi there"


class Anybody(dict[str, list[conversation_pb2.Message]]):
    """Whoever asks is with whom the messages are."""

    def __contains__(self, _: object) -> bool:
        return True


def a_message(message_id: str, author: Any, text: str) -> conversation_pb2.Message:
    state = conversation_pb2.MESSAGE_STATE_SENT
    return conversation_pb2.Message(id=message_id, author=author, text=text, state=state)
