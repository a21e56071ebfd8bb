"""Each page of the console: it opens with real data, does its work, and keeps nobody out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from cli import webhooks
from cli.demo_tenant import tenant
from tests.journeys.scene import eventually, whatsapp

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene

PAGES = {
    "/analytics": "Analytics",
    "/analytics/behind?figure=handover": "Handed over",
    "/tickets": "Tickets",
    "/customers": "Customers",
    "/knowledge": "Knowledge",
    "/intents": "Intents",
    "/settings": "Settings",
    "/status": "Status",
}


async def a_ticket(scene: Scene) -> dict[str, Any]:
    """Somebody asked for a person."""
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    return (await eventually(lambda: scene.tickets(conversation["id"])))[0]


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_on_a_page_keeps_anybody_out(desk: Watched, path: str) -> None:
    await desk.go(path)
    await expect(desk.page.get_by_role("heading", name=PAGES[path])).to_be_visible()
    await desk.page.wait_for_load_state("networkidle")

    assert await desk.serious() == []


async def test_a_number_leads_to_the_conversations_behind_it(desk: Watched, scene: Scene) -> None:
    phone, hook = whatsapp("How long does delivery take?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await eventually(lambda: _counted(scene))
    await desk.go("/analytics?days=1")

    card = desk.page.locator(".figures .card").filter(has_text="Conversations")
    await card.get_by_role("link").click()

    await expect(desk.page).to_have_url(re.compile("opened_after="))
    link = f'a[href$="/conversations/{conversation["id"]}"]'
    await expect(desk.page.locator(link)).to_be_visible()


async def test_a_figure_leads_to_the_conversations_it_counts(desk: Watched, scene: Scene) -> None:
    conversation = await _answered(scene)
    await desk.go("/analytics?days=1")

    card = desk.page.locator(".figures .card").filter(has_text="Messages sent")
    await card.get_by_role("link").click()

    await expect(desk.page.get_by_role("heading", name="Messages sent")).to_be_visible()
    link = f'a[href$="/conversations/{conversation}"]'
    await expect(desk.page.locator(link)).to_be_visible()


async def test_a_part_of_a_figure_leads_to_its_conversations(desk: Watched, scene: Scene) -> None:
    conversation = await _answered(scene)
    await desk.go("/analytics?days=1")

    await desk.page.get_by_role("row", name=re.compile("^Knowledge")).get_by_role("link").click()

    heading = desk.page.get_by_role("heading", name="Answered by: Knowledge")
    await expect(heading).to_be_visible()
    link = f'a[href$="/conversations/{conversation}"]'
    await expect(desk.page.locator(link)).to_be_visible()


async def test_the_periods_conversations_are_saved_as_a_file(desk: Watched, scene: Scene) -> None:
    conversation = await _answered(scene)
    await desk.go("/analytics?days=1")

    async with desk.page.expect_download() as saving:
        await desk.page.get_by_role("button", name="Export (CSV)").click()
    file = await (await saving.value).path()

    assert conversation in file.read_text(encoding="utf-8")


async def _answered(scene: Scene) -> str:
    """A conversation in which the machine has answered, as far as the figures know."""
    phone, hook = whatsapp("How long does delivery take?")
    await scene.post(hook)
    conversation = str((await scene.conversation_of(phone))["id"])

    async def exported() -> bool:
        asked: dict[str, str | int] = {"tenant_id": tenant.TENANT_ID, "days": 1}
        file = await scene.http.get("/api/v1/analytics/export.csv", params=asked)
        rows = [row.split(",") for row in file.text.splitlines() if row.startswith(conversation)]
        return bool(rows) and rows[0][_AI_ANSWERS] != "0"

    assert await eventually(exported)
    return conversation


_AI_ANSWERS = 6


async def _counted(scene: Scene) -> int:
    dashboard = await scene.dashboard()
    return int(dashboard["conversations"]["total"])


async def test_the_chart_has_its_numbers_as_a_table(desk: Watched) -> None:
    await desk.go("/analytics?days=30")

    await expect(desk.page.locator(".chart canvas")).to_be_visible(timeout=30_000)
    await desk.page.get_by_text("As a table").click()

    await expect(desk.page.locator("details tbody tr")).to_have_count(30)


async def test_a_ticket_offers_the_moves_it_can_make(desk: Watched, scene: Scene) -> None:
    ticket = await a_ticket(scene)
    await desk.go(f"/tickets/{ticket['id']}")

    await desk.page.get_by_role("button", name="Wait for the customer").click()
    await expect(desk.page.get_by_role("button", name="Take up again")).to_be_visible()
    await desk.page.get_by_role("button", name="Resolve", exact=True).click()

    await expect(desk.page.get_by_role("button", name="Reopen")).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Escalate")).to_have_count(0)


async def test_whoever_edits_a_ticket_second_is_told_and_keeps_their_words(
    desk: Watched, scene: Scene
) -> None:
    ticket = await a_ticket(scene)
    await desk.go(f"/tickets/{ticket['id']}")
    await desk.page.get_by_label("Subject").fill("Mine")

    path = f"/api/v1/tickets/{ticket['id']}"
    asked = {"tenant_id": tenant.TENANT_ID, "update_mask": "subject"}
    await scene.api.call("PATCH", path, {"subject": "Theirs"}, query=asked)

    form = desk.page.get_by_role("form", name="Edit")
    await expect(form.get_by_role("status")).to_contain_text("Theirs")
    await expect(desk.page.get_by_label("Subject")).to_have_value("Mine")
    await form.get_by_role("button", name="Keep mine").click()
    await form.get_by_role("button", name="Save").click()
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text("Mine")


async def test_tickets_are_filtered_in_the_address(desk: Watched, scene: Scene) -> None:
    ticket = await a_ticket(scene)
    await desk.go("/tickets")

    await desk.page.get_by_label("Number").fill(str(ticket["number"]))
    await desk.page.keyboard.press("Enter")

    await expect(desk.page).to_have_url(re.compile(f"number={ticket['number']}"))
    await expect(desk.page.locator("tbody tr")).to_have_count(1)


async def test_two_customers_become_one(desk: Watched, scene: Scene) -> None:
    first, second = [await a_customer(scene) for _ in range(2)]
    await desk.go(f"/customers/{first['id']}")

    await desk.page.get_by_role("button", name="Merge with another").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_label("Number or user name").fill(second["phone"])
    await dialog.get_by_role("button", name="Search").click()
    await dialog.get_by_role("button", name=re.compile(second["phone"])).click()
    await dialog.get_by_role("button", name="Merge them").click()

    known = desk.page.get_by_role("complementary", name="What is known")
    await expect(known).to_contain_text(second["phone"])


async def test_a_customer_is_exported_and_erased_once_one_has_read_what_goes(
    desk: Watched, scene: Scene
) -> None:
    customer = await a_customer(scene)
    await desk.go(f"/customers/{customer['id']}")

    async with desk.page.expect_download() as saving:
        await desk.page.get_by_role("button", name="Export").click()
    file = await (await saving.value).path()
    await desk.page.get_by_role("button", name="Erase").click()
    dialog = desk.page.get_by_role("dialog", name="Erase")
    await expect(dialog).to_contain_text("This cannot be undone")
    assert await desk.serious() == []
    await dialog.get_by_role("button", name="Erase for good").click()

    await expect(desk.page.get_by_text(re.compile("^Erased"))).to_be_visible()
    await expect(desk.page).to_have_url(re.compile("/customers$"))
    assert customer["phone"] in file.read_text(encoding="utf-8")


async def test_a_case_and_its_customer_keep_nobody_out(
    desk: Watched, scene: Scene
) -> None:
    ticket = await a_ticket(scene)
    await desk.go(f"/tickets/{ticket['id']}")
    await expect(desk.page.get_by_role("form", name="Edit")).to_be_visible()
    assert await desk.serious() == []

    await desk.page.get_by_role("link", name="Open the conversation").click()
    await desk.page.locator(".conversation h1 a").click()

    await expect(desk.page.get_by_role("complementary", name="What is known")).to_be_visible()
    assert await desk.serious() == []


async def a_customer(scene: Scene) -> dict[str, Any]:
    phone, hook = whatsapp("What are your opening hours?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    return {"id": conversation["customer_id"], "phone": phone}


async def test_what_could_not_be_read_is_shown_as_it_came_and_read_again(
    desk: Watched, scene: Scene
) -> None:
    signed = webhooks.telegram(7, "Jo", "", 0)
    unread = b'{"update_id": 7, "message": "no message at all"}'
    await scene.post(webhooks.Webhook(signed.path, unread, signed.headers))
    await desk.go("/status")
    row = desk.page.get_by_role("row").filter(has_text="Unreadable as message").first

    await row.get_by_role("button", name="Show").click()
    shown = desk.page.get_by_role("dialog", name="As it came")
    await expect(shown).to_contain_text("no message at all")
    assert await desk.serious() == []
    await desk.page.keyboard.press("Escape")
    await row.get_by_role("button", name="Read again").click()

    await expect(desk.page.get_by_role("row").filter(has_text="1 ×").first).to_be_visible()


async def test_the_status_names_what_to_do(desk: Watched) -> None:
    await desk.go("/status")

    row = desk.page.get_by_role("row").filter(has_text="mistral")

    await expect(row).to_contain_text("MISTRAL_API_KEY")
