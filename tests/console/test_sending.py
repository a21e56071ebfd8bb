"""What an agent sends beside words, and sends once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from playwright.async_api import expect

from tests.journeys.scene import whatsapp

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene


async def an_answered(scene: Scene) -> tuple[str, dict[str, Any]]:
    """A conversation, and the machine's reply in it."""
    phone, hook = whatsapp("How long does delivery take?")
    await scene.post(hook)
    conversation = str((await scene.conversation_of(phone))["id"])
    return conversation, (await scene.sent(conversation, "AUTHOR_BOT"))[0]


async def test_a_parked_reply_is_sent_again_with_one_click(desk: Watched, scene: Scene) -> None:
    conversation, reply = await an_answered(scene)
    # As after a lost answer of a provider that cannot be asked; the sandbox loses none.
    database = await asyncpg.connect(scene.mesh["database_url"])
    parked = "UPDATE tickets.deliveries SET state = 'parked' WHERE message_id = $1"
    await database.execute(parked, reply["id"])
    await database.close()
    await desk.go(f"/conversations/{conversation}")
    said = desk.page.locator(".utterance.bot").first
    await expect(said.get_by_text("Parked")).to_be_visible()

    await said.get_by_role("button", name="Send again").click()

    await expect(said.get_by_text("Sent", exact=True)).to_be_visible()
    await expect(said.get_by_role("button", name="Send again")).to_have_count(0)
    assert [each["id"] for each in await scene.sent(conversation, "AUTHOR_BOT")] == [reply["id"]]


async def test_a_file_goes_out_by_its_address_with_the_words_as_its_caption(
    desk: Watched, scene: Scene
) -> None:
    conversation, _ = await an_answered(scene)
    await desk.go(f"/conversations/{conversation}")

    await desk.page.get_by_role("button", name="Attach a file").click()
    address = "https://files.example.com/price%20list.pdf"
    await desk.page.get_by_label("Address of the file").fill(address)
    await desk.page.get_by_role("textbox", name="Reply").fill("Here are our prices")
    assert await desk.serious() == []
    await desk.page.keyboard.press("Control+Enter")

    link = desk.page.get_by_role("log").get_by_role("link", name="price list.pdf")
    await expect(link).to_have_attribute("href", address)
    (sent,) = await scene.sent(conversation, "AUTHOR_AGENT")
    media = {"url": address, "mime_type": "application/pdf", "file_name": "price list.pdf"}
    assert (sent["text"], sent["content"]["media"]) == ("Here are our prices", media)
    await expect(desk.page.get_by_label("Address of the file")).to_have_count(0)
