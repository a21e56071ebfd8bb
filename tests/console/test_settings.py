"""The settings: what an admin sets up on a page is what the mesh then does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.console import browser as browsers
from tests.journeys.scene import DEMO, fresh

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator

    from tests.console.browser import Watched
    from tests.journeys.scene import Scene

PAGES = {
    "/settings/channels": "Channels",
    "/settings/channels/connect": "Connect a channel",
    "/settings/people": "Agents",
    "/settings/hours": "Working hours",
    "/settings/promises": "Promises to customers (SLA)",
    "/settings/rules": "Rules",
    "/settings/fields": "Ticket fields",
    "/settings/answers": "",
    "/settings/endpoints": "Outgoing webhooks",
}
# A page's longest form.
FORMS = {
    "/settings/people": "New agent",
    "/settings/hours": "New calendar",
    "/settings/promises": "New policy",
    "/settings/rules": "New rule",
    "/settings/endpoints": "New endpoint",
}


async def listed(scene: Scene, what: str) -> list[dict[str, Any]]:
    return [each async for each in scene.api.every(f"{DEMO}/{what}", what)]


def row(desk: Watched, name: str) -> Locator:
    return desk.page.get_by_role("row").filter(has_text=name)


async def save(form: Locator, name: str = "Save") -> None:
    await form.get_by_role("button", name=name, exact=True).click()


async def sign_in(desk: Watched, secret: str) -> None:
    await desk.go("/inbox")
    await desk.page.locator(".account").click()
    await desk.page.get_by_role("menuitem").click()
    await desk.page.get_by_label("API key").fill(secret)
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("heading", name="Inbox")).to_be_visible()


async def test_nothing_in_the_settings_keeps_anybody_out(desk: Watched) -> None:
    found: list[tuple[str, str]] = []

    for path, heading in PAGES.items():
        await desk.go(path)
        await expect(desk.page.get_by_role("heading", name=heading).last).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")
        found += [(path, each) for each in await desk.serious()]
        if path in FORMS:
            await desk.page.get_by_role("button", name=FORMS[path]).click()
            await expect(desk.page.get_by_role("dialog")).to_be_visible()
            found += [(FORMS[path], each) for each in await desk.serious()]

    assert found == []


async def test_the_settings_fit_a_narrow_screen(browser: Browser, scene: Scene) -> None:
    narrow: Any = {"viewport": {"width": 360, "height": 740}}
    async with browsers.visit(browser, scene.mesh["edge"], **narrow) as desk:
        for path, heading in PAGES.items():
            await desk.go(path)
            await expect(desk.page.get_by_role("heading", name=heading).last).to_be_visible()
            await desk.page.wait_for_load_state("networkidle")
            over = "document.querySelector('main').scrollWidth - innerWidth"
            assert await desk.page.evaluate(over) <= 0, path
        assert desk.troubles == []


@pytest.mark.parametrize("language", ["fr", "pt", "sw"])
async def test_the_settings_speak_the_readers_language(desk: Watched, language: str) -> None:
    await desk.page.add_init_script(f"localStorage.setItem('cassava.language', '{language}')")

    for path, english in PAGES.items():
        await desk.go(path)
        await expect(desk.page.get_by_role("navigation").last).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")
        assert not english or await desk.page.get_by_role("heading", name=english).count() == (
            language == "fr" and path == "/settings/people"
        )


async def test_who_may_not_set_up_is_offered_nothing(browser: Browser, scene: Scene) -> None:
    body = {"role": "CALLER_AGENT", "name": f"Agent {fresh()}"}
    made = await scene.api.call("POST", f"{DEMO}/keys", body)
    async with browsers.visit(browser, scene.mesh["edge"]) as desk:
        await sign_in(desk, made["secret"])
        await desk.go("/settings/channels")

        await expect(desk.page.get_by_text("Your key does not open this page.")).to_be_visible()
        await expect(desk.page.get_by_role("navigation", name="Settings pages")).to_have_count(0)
        assert desk.troubles == []


async def test_an_agent_says_whether_new_work_may_come(browser: Browser, scene: Scene) -> None:
    body = {"role": "CALLER_AGENT", "name": f"Ada {fresh()}"}
    key = await scene.api.call("POST", f"{DEMO}/keys", body)
    desk_of = {"name": body["name"], "key_id": key["key"]["id"]}
    agent = (await scene.api.call("POST", f"{DEMO}/agents", desk_of))["agent"]
    async with browsers.visit(browser, scene.mesh["edge"]) as desk:
        await sign_in(desk, key["secret"])

        await desk.page.get_by_role("button", name="Presence").click()
        await desk.page.get_by_role("menuitem", name="Nothing new").click()

        await expect(desk.page.get_by_role("button", name="Presence: Nothing new")).to_be_visible()
        assert desk.troubles == []
    await scene.api.call("POST", f"{DEMO}/agents/{agent['id']}:archive", {})


async def test_a_whatsapp_number_is_connected_step_by_step(desk: Watched, scene: Scene) -> None:
    number, name = f"77{fresh()}", f"Shop {fresh()}"
    await desk.go("/settings/channels/connect")
    page = desk.page

    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Phone number ID").fill(number)
    await page.get_by_label("Business account").fill("4711")
    await page.get_by_label("App secret").fill("an app's secret")
    await page.get_by_label("Sandbox").check()
    await save(page.get_by_role("form", name="Create the account"), "Create the channel")
    hook = page.get_by_role("group", name="Callback URL")
    await expect(hook).to_contain_text("/api/v1/webhooks/whatsapp")
    await expect(page.get_by_role("group", name="Verify token")).to_have_text(re.compile(r"\S{20}"))
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.get_by_text("Good", exact=True)).to_have_count(2)
    await page.get_by_role("button", name="Send a test message").click()
    await page.get_by_role("link", name="Open the conversation").click()

    await expect(page.locator(".utterance").first).to_contain_text("does this work?")
    (channel,) = [each for each in await listed(scene, "channels") if each["name"] == name]
    assert channel["external_id"] == number


async def test_a_wrong_number_is_said_beside_its_field(desk: Watched) -> None:
    await desk.go("/settings/channels/connect")

    await desk.page.get_by_label("Name", exact=True).fill("Wrong")
    await desk.page.get_by_label("Phone number ID").fill("+254 700")
    await desk.page.get_by_label("Sandbox").check()
    await save(desk.page.get_by_role("form", name="Create the account"), "Create the channel")

    field = desk.page.get_by_label("Phone number ID")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile("phone_number_id"))
    assert all("400" in each for each in desk.troubles)
    desk.troubles.clear()


@pytest.mark.parametrize("kind", ["Web chat", "Own channel"])
async def test_a_channel_of_ones_own_takes_its_first_message(desk: Watched, kind: str) -> None:
    page = desk.page
    await desk.go("/settings/channels/connect")

    await page.get_by_label("Kind").select_option(kind)
    await page.get_by_label("Name", exact=True).fill(f"Site {fresh()}")
    await save(page.get_by_role("form", name="Create the account"), "Create the channel")
    pasted = page.locator(".secret").filter(has_text=re.compile("widget.js|webhooks/custom"))
    await expect(pasted).to_be_visible()
    await page.get_by_role("button", name="Send a test message").click()

    await expect(page.get_by_text("A message arrived")).to_be_visible()


async def test_telegrams_side_is_checked_with_the_secret_that_it_is_told(desk: Watched) -> None:
    page = desk.page
    await desk.go("/settings/channels/connect")

    await page.get_by_label("Kind").select_option("Telegram")
    await page.get_by_label("Name", exact=True).fill(f"Bot {fresh()}")
    await page.get_by_label("Bot token").fill(f"{fresh()}:AAF-not-a-real-token")
    await page.get_by_label("Sandbox").check()
    await save(page.get_by_role("form", name="Create the account"), "Create the channel")
    await expect(page.get_by_role("group", name="Call")).to_contain_text("setWebhook")
    await page.get_by_role("button", name="Check", exact=True).click()

    await expect(page.get_by_text("Good", exact=True)).to_be_visible()


async def test_a_channels_secret_is_replaced_and_the_channel_turned_off(
    desk: Watched, scene: Scene
) -> None:
    name = f"Partner {fresh()}"
    body = {"kind": "CHANNEL_KIND_CUSTOM", "name": name, "secrets": []}
    made = await scene.api.call("POST", f"{DEMO}/channels", body)
    page = desk.page
    await desk.go("/settings/channels")

    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("button", name="Replace: Signing secret")).to_be_visible()
    assert await desk.serious() == []
    await page.get_by_role("button", name="Replace: Signing secret").click()
    dialog = page.get_by_role("dialog")
    await save(dialog, "Replace")
    await expect(dialog.get_by_text("whsec_")).to_be_visible()
    await save(dialog, "I have kept it")
    await expect(page.get_by_text("whsec_")).to_have_count(0)
    await page.get_by_label("State").select_option("Off")
    await save(page.get_by_role("dialog"), "Turn it off")

    await expect(page.locator(".badge", has_text="Off")).to_be_visible()
    path = f"{DEMO}/channels/{made['channel']['id']}"
    assert (await scene.api.call("GET", path))["channel"]["state"] == "STATE_OFF"
