"""Time that runs out, and colleagues who are faster."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.journeys.scene import eventually, whatsapp

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene


async def a_handed_over(scene: Scene) -> dict[str, str]:
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)

    async def queued() -> dict[str, str]:
        found = await scene.conversation_of(phone)
        return found if found.get("ticket_id") else {}

    return await eventually(queued)


async def due(scene: Scene, ticket_id: str) -> datetime:
    """When its first promise is broken."""
    clocks = (await scene.api.call("GET", f"/api/v1/tickets/{ticket_id}/clocks"))["clocks"]
    return min(datetime.fromisoformat(each["due_time"]) for each in clocks)


async def test_a_promise_turns_red_as_it_is_broken(desk: Watched, scene: Scene) -> None:
    conversation = await a_handed_over(scene)
    at = await due(scene, conversation["ticket_id"])
    await desk.page.clock.install(time=at - timedelta(seconds=90))
    await desk.go(f"/conversations/{conversation['id']}")
    clock = desk.page.locator(".briefing .sla-clock").filter(has_text="First response")
    await expect(clock).to_have_class(re.compile("at-risk"))

    await desk.page.clock.fast_forward(91_000)

    await expect(clock).to_have_class(re.compile("breached"))


async def test_the_second_of_two_agents_is_told(desk: Watched, scene: Scene) -> None:
    conversation = await a_handed_over(scene)
    at = f"/conversations/{conversation['id']}"
    # A line that says nothing: this agent has not heard yet of what the other one does.
    await desk.page.route_web_socket(re.compile("/live"), lambda _: None)
    await desk.go(at)
    tag = desk.page.get_by_label("Add a tag")
    await tag.fill("second")
    await scene.api.call(
        "PATCH", f"/api/v1{at}", {"tags": ["first"]}, query={"update_mask": "tags"}
    )

    await tag.press("Enter")

    await expect(desk.page.get_by_text("Somebody changed this meanwhile")).to_be_visible()
    await expect(desk.page.get_by_label("Remove the tag first")).to_be_visible()
    assert all("409" in trouble for trouble in desk.troubles)
    desk.troubles.clear()
