"""An agent's day at the console."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from cli import webhooks
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene

SESSION = "cassava_session"
_MOST_FIRST_LOAD_BYTES = 250_000
_OFFLINE_SECONDS = 30.0


async def a_key(scene: Scene, role: str) -> str:
    body = {"name": f"Console {role}", "role": f"CALLER_{role.upper()}"}
    return str((await scene.api.call("POST", f"{DEMO}/keys", body))["secret"])


async def sign_out(desk: Watched) -> None:
    await desk.page.get_by_role("button", name=re.compile("Account")).click()
    await desk.page.get_by_role("menuitem", name="Sign out").click()


async def sign_in(desk: Watched, key: str) -> None:
    """The embedded mesh lets everybody in, so that one has to leave before one signs in."""
    await desk.go("/inbox")
    await sign_out(desk)
    await desk.page.get_by_label("API key").fill(key)
    await desk.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(desk.page.get_by_role("heading", name="Inbox")).to_be_visible()


async def test_a_key_is_kept_where_no_script_can_read_it(desk: Watched, scene: Scene) -> None:
    await sign_in(desk, await a_key(scene, "agent"))

    (cookie,) = await desk.page.context.cookies()
    seen = await desk.page.evaluate(
        "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    )

    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == (SESSION, True, "Strict")
    assert "csk_" not in seen


async def test_who_signs_out_leaves_no_key_behind(desk: Watched, scene: Scene) -> None:
    await sign_in(desk, await a_key(scene, "agent"))

    await sign_out(desk)

    await expect(desk.page.get_by_label("API key")).to_be_visible()
    assert await desk.page.context.cookies() == []


async def test_a_cookie_without_the_consoles_header_is_nobodys_key(
    desk: Watched, scene: Scene
) -> None:
    """What a forged request of another page would be: it carries the cookie and nothing else."""
    await sign_in(desk, await a_key(scene, "viewer"))
    asked = "async (headers) => (await (await fetch('/api/v1/session', {headers})).json()).role"

    roles = [await desk.page.evaluate(asked, each) for each in ({}, {"x-console": "1"})]

    assert roles == ["admin", "viewer"]  # without a key one is the embedded mesh's anonymous admin


async def test_a_viewer_sees_and_may_not_act(desk: Watched, scene: Scene) -> None:
    phone, hook = whatsapp("What are your opening hours?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await sign_in(desk, await a_key(scene, "viewer"))

    await desk.go(f"/conversations/{conversation['id']}")

    await expect(desk.page.get_by_role("log").get_by_text("opening hours").first).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Take over")).to_have_count(0)
    await expect(desk.page.get_by_role("textbox", name="Reply")).to_have_count(0)


async def test_a_whatsapp_message_appears_in_the_open_inbox(desk: Watched, scene: Scene) -> None:
    await desk.go("/inbox")
    await expect(desk.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    phone, hook = whatsapp(f"My parcel {__name__} never came")

    await scene.post(hook)
    conversation = await scene.conversation_of(phone)

    link = f'a[href$="/conversations/{conversation["id"]}"]'
    await expect(desk.page.locator(link)).to_contain_text("never came")


async def test_sf_08_what_a_customer_wrote_is_text_on_the_desk(desk: Watched, scene: Scene) -> None:
    """Nothing of it runs, and the browser need not even forbid it: `desk` hears complaints."""
    number = fresh()
    markup = f"<img src=x onerror=\"document.title='owned'\"><script>alert({number})</script>"
    named = "<b onmouseover=alert(1)>Amina</b>"
    hook = webhooks.whatsapp(f"2547{number}", named, markup, f"wamid.sf08.{number}")
    await scene.post(hook)
    conversation = await scene.conversation_of(f"2547{number}")

    await desk.go(f"/conversations/{conversation['id']}")

    await expect(desk.page.get_by_role("log")).to_contain_text(markup)
    assert await desk.page.locator("[onerror], [onmouseover], main script").count() == 0
    assert await desk.page.title() != "owned"


async def test_taking_over_silences_the_bot_and_the_reply_reaches_the_customer(
    desk: Watched, scene: Scene
) -> None:
    phone, hook = whatsapp("I need help with billing")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    await sign_in(desk, await a_key(scene, "agent"))
    await desk.go(f"/conversations/{conversation['id']}")
    before = len(await scene.messages(conversation["id"], "AUTHOR_BOT"))

    await desk.page.get_by_role("button", name="Take over").click()
    await expect(desk.page.get_by_role("button", name="Hand back")).to_be_visible()
    await desk.page.get_by_role("textbox", name="Reply").fill("I am looking at your invoice")
    await desk.page.keyboard.press("Control+Enter")
    thread = desk.page.get_by_role("log")
    await expect(thread.get_by_text("I am looking at your invoice")).to_be_visible()
    (reply,) = await scene.sent(conversation["id"], "AUTHOR_AGENT")

    assert reply["text"] == "I am looking at your invoice"
    assert len(await scene.messages(conversation["id"], "AUTHOR_BOT")) == before
    assert (await scene.conversation_of(phone))["holder"] == "HOLDER_PERSON"


async def test_every_reply_says_how_it_was_made(desk: Watched, scene: Scene) -> None:
    phone, hook = whatsapp("How long does delivery take?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    await desk.go(f"/conversations/{conversation['id']}")

    await desk.page.locator(".utterance.bot .why").first.click()

    said = desk.page.get_by_role("dialog", name="How this reply was made")
    await expect(said).to_contain_text("Confidence")
    await expect(said).to_contain_text("Sources")
    assert await desk.serious() == []


async def test_a_note_stays_inside(desk: Watched, scene: Scene) -> None:
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await desk.go(f"/conversations/{conversation['id']}")

    await desk.page.get_by_role("button", name="Note").click()
    await desk.page.get_by_role("textbox", name="Note").fill("Asked twice already")
    await desk.page.get_by_role("button", name="Save the note").click()

    await expect(desk.page.get_by_role("log")).to_contain_text("Internal note")

    async def notes() -> list[str]:
        found = await scene.messages(conversation["id"], "AUTHOR_AGENT")
        return [each["kind"] for each in found]

    assert await eventually(notes) == ["MESSAGE_KIND_NOTE"]


async def test_a_conversation_is_tagged_snoozed_and_resolved(desk: Watched, scene: Scene) -> None:
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await desk.go(f"/conversations/{conversation['id']}")
    details = desk.page.get_by_role("complementary", name="Details")
    # Until the machine is done with it, the conversation changes under one's hands.
    await expect(details).to_contain_text("Understood as")

    await details.get_by_label("Add a tag").fill("vip")
    await desk.page.keyboard.press("Enter")
    await expect(details.get_by_label("Remove the tag vip")).to_be_visible()
    await desk.page.get_by_role("button", name="Snooze").click()
    await desk.page.get_by_role("menuitem", name="For an hour").click()
    await expect(details).to_contain_text("Snoozed")
    await desk.page.get_by_role("button", name="Resolve", exact=True).click()

    await expect(details).to_contain_text("Resolved")
    await expect(desk.page.get_by_role("button", name="Reopen")).to_be_visible()


async def test_filters_stand_in_the_address(desk: Watched, scene: Scene) -> None:
    await desk.go("/inbox")

    await desk.page.get_by_role("button", name="Resolved").click()

    await expect(desk.page).to_have_url(re.compile("status=STATUS_RESOLVED"))
    await desk.page.reload()
    chosen = desk.page.get_by_role("button", name="Resolved")
    await expect(chosen).to_have_attribute("aria-pressed", "true")


async def test_one_can_try_it_and_see_where_the_time_went(desk: Watched) -> None:
    await desk.go("/try-it")

    await desk.page.get_by_label("Write as a customer").fill("How long does delivery take?")
    await desk.page.keyboard.press("Enter")

    await expect(desk.page.get_by_text("Where the time went")).to_be_visible(timeout=30_000)
    await expect(desk.page.get_by_role("rowheader", name="understanding")).to_be_visible()


async def test_after_30_seconds_without_a_network_nothing_is_missing(
    desk: Watched, scene: Scene
) -> None:
    await desk.go("/inbox")
    live = desk.page.get_by_role("status").filter(has_text="Live")
    await expect(live).to_be_visible()
    await desk.page.context.set_offline(True)
    gone = asyncio.get_running_loop().time()
    await expect(desk.page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    missed = [await _written(scene, f"Sent while you were away, {place}") for place in range(3)]
    # The journey is these seconds: whatever gives up after a while has to have given up.
    await asyncio.sleep(gone + _OFFLINE_SECONDS - asyncio.get_running_loop().time())
    missed.append(await _written(scene, "Sent while you were away, last"))
    await expect(desk.page.locator(f'a[href$="{missed[0]}"]')).to_have_count(0)

    await desk.page.context.set_offline(False)

    await expect(live).to_be_visible()
    for conversation in missed:
        link = desk.page.locator(f'a[href$="/conversations/{conversation}"]')
        await expect(link).to_be_visible()


async def _written(scene: Scene, text: str) -> str:
    phone, hook = whatsapp(text)
    await scene.post(hook)
    return str((await scene.conversation_of(phone))["id"])


async def test_the_inbox_is_worked_by_keyboard_alone(desk: Watched, scene: Scene) -> None:
    older, newer = [await _written(scene, f"By keyboard, {place}") for place in range(2)]
    await desk.go("/inbox")
    rows = desk.page.get_by_role("list", name="Conversations").get_by_role("link")
    await expect(rows.first).to_have_attribute("href", re.compile(newer))

    await rows.first.focus()
    await expect(rows.first).to_be_focused()
    await desk.page.keyboard.press("j")
    await expect(rows.nth(1)).to_be_focused()
    await desk.page.keyboard.press("k")
    await expect(rows.first).to_be_focused()
    await desk.page.keyboard.press("/")
    await expect(desk.page.get_by_role("searchbox")).to_be_focused()
    await rows.nth(1).focus()
    await desk.page.keyboard.press("Enter")

    await expect(desk.page).to_have_url(re.compile(older))


@pytest.mark.parametrize("path", ["/inbox", "/try-it", "conversation", "sign-in"])
async def test_nothing_on_a_page_keeps_anybody_out(
    desk: Watched, scene: Scene, path: str
) -> None:
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    is_conversation = path == "conversation"
    address = f"/conversations/{conversation['id']}" if is_conversation else path
    await desk.go("/inbox" if path == "sign-in" else address)
    await expect(desk.page.get_by_role("heading").first).to_be_visible()
    if path == "sign-in":
        await sign_out(desk)
        await expect(desk.page.get_by_label("API key")).to_be_visible()
    if is_conversation:
        await expect(desk.page.locator(".utterance.bot").first).to_be_visible()

    assert await desk.serious() == []


async def test_the_first_page_is_small(desk: Watched) -> None:
    await desk.go("/inbox")
    await expect(desk.page.get_by_role("heading", name="Inbox")).to_be_visible()

    assert 0 < sum(desk.loaded.values()) <= _MOST_FIRST_LOAD_BYTES
