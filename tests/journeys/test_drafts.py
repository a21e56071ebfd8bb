"""What is suggested to an agent, through the edge."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cli import webhooks
from cli.api import Refused
from tests.journeys.scene import eventually, fresh, whatsapp

if TYPE_CHECKING:
    from tests.journeys.scene import Scene

ASKS = "I want to talk to a human"


async def test_an_agent_gets_a_draft_with_its_sources_and_nothing_is_sent(scene: Scene) -> None:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    at = f"/api/v1/conversations/{conversation['id']}"
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    question = "How long does it take until a refund is on my card?"
    await scene.post(webhooks.whatsapp(phone, "Amina", question, f"wamid.journey.{fresh()}"))
    before = await eventually(lambda: two_of(scene, conversation["id"]))

    draft = (await scene.api.call("POST", f"{at}:draft", {}))["outcome"]

    after = [each async for each in scene.api.every(f"{at}/messages", "messages")]
    still = (await scene.api.call("GET", at))["conversation"]
    assert draft["kind"] == "OUTCOME_KIND_ANSWER"
    assert draft["text"]
    assert draft["sources"][0]["title"]
    assert [each["author"] for each in after].count("AUTHOR_BOT") == 1
    assert (len(after), still["holder"]) == (len(before), "HOLDER_QUEUED")
    asked = [scene.api.call("POST", f"{at}:draft", {}) for _ in range(6)]
    said = await asyncio.gather(*asked, return_exceptions=True)
    assert any(isinstance(each, Refused) and "enough drafts" in str(each) for each in said)


async def two_of(scene: Scene, conversation_id: str) -> list[dict[str, Any]]:
    """All messages, once the customer has written twice."""
    path = f"/api/v1/conversations/{conversation_id}/messages"
    found = [each async for each in scene.api.every(path, "messages")]
    customers = [each for each in found if each["author"] == "AUTHOR_CUSTOMER"]
    return found if len(customers) > 1 else []
