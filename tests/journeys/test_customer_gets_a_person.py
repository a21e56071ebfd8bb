"""A customer asks for a person, gets one, and the machine stays out of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from cli import webhooks
from cli.api import Api, Refused
from tests.conftest import cassava
from tests.journeys.scene import eventually, fresh, whatsapp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.journeys.scene import Scene

ASKS = "I want to talk to a human"
SETTLE_SECONDS = 3.0


@pytest.fixture
async def agent(mesh: dict[str, Any], tmp_path: Path) -> AsyncIterator[Api]:
    """Amina, with the key that `cassava status` tells."""
    said = json.loads(cassava("status", "--json", "--data", mesh["data"], cwd=tmp_path))
    async with Api(mesh["edge"], said["demo"]["keys"]["agent-amina"]) as api:
        yield api


async def test_who_asks_for_a_person_is_handed_over_with_a_ticket_and_a_notice(
    scene: Scene,
) -> None:
    phone, hook = whatsapp(ASKS)

    async with scene.events() as seen:
        await scene.post(hook)
        conversation = await _handed_over(scene, phone)
        (notice,) = await scene.sent(conversation["id"], "AUTHOR_BOT")

        async def requested() -> list[dict[str, Any]]:
            return [
                each
                for each in seen
                if each["type"] == "handover.requested"
                and each["conversation_id"] == conversation["id"]
            ]

        (event,) = await eventually(requested)

    (ticket,) = await scene.tickets(conversation["id"])
    assert ticket["id"] == conversation["ticket_id"]
    assert (ticket["status"], ticket["cause"]) == ("STATUS_OPEN", "customer_asks")
    assert notice["outcome"]["kind"] == "OUTCOME_KIND_HANDOVER"
    assert notice["outcome"]["handover_cause"] == "HANDOVER_CAUSE_CUSTOMER_ASKS"
    assert event["data"]["cause"] == "customer_asks"


async def test_while_a_person_is_awaited_the_machine_says_nothing_more(scene: Scene) -> None:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)
    conversation = await _handed_over(scene, phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")

    await scene.post(_again(phone, "How can I return my blender?"))
    await _stored(scene, conversation["id"], 2)
    await asyncio.sleep(SETTLE_SECONDS)  # an answer that should not exist would come about now

    assert len(await scene.messages(conversation["id"], "AUTHOR_BOT")) == 1


async def test_an_agent_answers_and_resolves_and_the_ticket_ends_with_it(
    scene: Scene, agent: Api
) -> None:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)
    conversation = await _handed_over(scene, phone)
    path = f"/api/v1/conversations/{conversation['id']}"

    await agent.call("POST", f"{path}/messages", {"text": "Hello, this is Amina. What is it?"})
    (sent,) = await scene.sent(conversation["id"], "AUTHOR_AGENT")
    held = (await agent.call("GET", path))["conversation"]
    resolved = (await agent.call("POST", f"{path}:resolve", {}))["conversation"]

    assert sent["text"] == "Hello, this is Amina. What is it?"
    assert sent["author_name"]
    assert held["holder"] == "HOLDER_PERSON"
    assert resolved["status"] == "STATUS_RESOLVED"
    (ticket,) = await scene.tickets(conversation["id"])
    assert ticket["status"] == "STATUS_RESOLVED"
    assert ticket["first_response_time"]


async def test_an_internal_note_never_leaves(scene: Scene, agent: Api) -> None:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)
    conversation = await _handed_over(scene, phone)
    path = f"/api/v1/conversations/{conversation['id']}/messages"

    note = (await agent.call("POST", path, {"text": "Asked before.", "note": True}))["message"]

    await asyncio.sleep(SETTLE_SECONDS)
    (kept,) = await scene.messages(conversation["id"], "AUTHOR_AGENT")
    assert kept["id"] == note["id"]
    assert kept["kind"] == "MESSAGE_KIND_NOTE"
    assert kept["state"] == note["state"] != "MESSAGE_STATE_SENT"


async def test_what_is_resolved_cannot_be_resolved_again(scene: Scene, agent: Api) -> None:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)
    conversation = await _handed_over(scene, phone)
    path = f"/api/v1/conversations/{conversation['id']}:resolve"
    await agent.call("POST", path, {})

    with pytest.raises(Refused) as refused:
        await agent.call("POST", path, {})

    assert refused.value.reason == "CONVERSATION_ALREADY_RESOLVED"


async def _handed_over(scene: Scene, phone: str) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        found = await scene.conversation_of(phone)
        return found if found.get("holder") == "HOLDER_QUEUED" else {}

    return await eventually(look)


async def _stored(scene: Scene, conversation_id: str, count: int) -> None:
    async def look() -> bool:
        return len(await scene.messages(conversation_id, "AUTHOR_CUSTOMER")) == count

    await eventually(look)


def _again(phone: str, text: str) -> webhooks.Webhook:
    return webhooks.whatsapp(phone, "Amina", text, f"wamid.journey.{fresh()}")
