"""Fields of a tenant's own, from the settings into a ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.console.test_pages import a_ticket
from tests.console.test_settings_of_work import row, save
from tests.journeys.scene import DEMO, eventually, fresh

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene


async def test_a_field_of_ones_own_is_defined_filled_in_and_taken_away(
    desk: Watched, scene: Scene
) -> None:
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    name, ticket = f"parcel_{fresh()}", await a_ticket(scene)
    await desk.go("/settings/fields")

    await page.get_by_role("button", name="New field").click()
    await dialog.get_by_label("Name", exact=True).fill("Not a name")
    await save(dialog)
    told = dialog.locator(".wrong")
    await expect(told).to_have_text(re.compile("^must be at most 63 lower-case letters"))
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_label("What it takes").select_option("One of several")
    await dialog.get_by_label("Choices").fill("small, large")
    await save(dialog)
    await expect(row(desk, name)).to_contain_text("small, large")

    await desk.go(f"/tickets/{ticket['id']}")
    await page.get_by_label(name.replace("_", " ")).select_option("large")
    await save(page.get_by_role("form", name="Edit"))

    async def values() -> dict[str, str]:
        found = await scene.api.call("GET", f"/api/v1/tickets/{ticket['id']}")
        return dict(found["ticket"].get("custom_fields", {}))

    assert await eventually(values) == {name: "large"}
    await desk.go("/settings/fields")
    await page.get_by_role("button", name=f"Remove: {name}").click()
    await save(dialog, "Remove")
    await expect(row(desk, name)).to_have_count(0)
    policy = (await scene.api.call("GET", DEMO))["tenant"]["policy"]
    assert name not in {each["name"] for each in policy.get("ticket_fields", [])}
    desk.troubles = [each for each in desk.troubles if "400" not in each]
