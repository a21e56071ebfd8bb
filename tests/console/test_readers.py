"""Each page for each reader: their language, their screen."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.console.test_pages import PAGES

if TYPE_CHECKING:
    from tests.console.browser import Watched


@pytest.mark.parametrize("language", ["fr", "pt", "sw"])
async def test_every_page_speaks_the_readers_language(desk: Watched, language: str) -> None:
    await desk.page.add_init_script(f"localStorage.setItem('cassava.language', '{language}')")

    for path, english in PAGES.items():
        await desk.go(path)
        heading = desk.page.get_by_role("heading", level=1)
        await expect(heading).to_be_visible()
        assert (language == "fr" and path == "/tickets") or await heading.inner_text() != english


async def test_every_page_fits_a_narrow_screen(desk: Watched) -> None:
    await desk.page.set_viewport_size({"width": 390, "height": 844})

    for path, heading in (PAGES | {"/inbox": "Inbox", "/try-it": "Try it"}).items():
        await desk.go(path)
        await expect(desk.page.get_by_role("heading", name=heading)).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")
        over = "document.querySelector('main').scrollWidth - innerWidth"
        assert await desk.page.evaluate(over) <= 0, path


async def test_an_address_without_a_page_says_so_and_leads_back(desk: Watched) -> None:
    await desk.page.add_init_script("localStorage.setItem('cassava.language', 'pt')")

    await desk.go("/nowhere")

    await expect(desk.page.get_by_role("heading", name="Esta página não existe.")).to_be_visible()
    await desk.page.get_by_role("main").get_by_role("link").click()
    await expect(desk.page.get_by_role("heading", name="Caixa de entrada")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/analytics/behind?figure=nonsense&days=x", "First response"),
        ("/intents?version=nonsense", "Intents"),
    ],
)
async def test_an_address_with_nonsense_in_it_shows_its_page(
    desk: Watched, address: str, heading: str
) -> None:
    await desk.go(address)

    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text(heading)


async def test_read_from_right_to_left_every_page_fits_a_narrow_screen(desk: Watched) -> None:
    """No language of ours is; one that comes finds the pages ready."""
    await desk.page.set_viewport_size({"width": 390, "height": 844})

    for path, heading in PAGES.items():
        await desk.go(path)
        await expect(desk.page.get_by_role("heading", name=heading)).to_be_visible()
        await desk.page.wait_for_load_state("networkidle")
        await desk.page.evaluate("document.documentElement.dir = 'rtl'")
        over = "document.querySelector('main').scrollWidth - innerWidth"
        assert await desk.page.evaluate(over) <= 0, path


async def test_a_refusal_is_said_in_the_readers_language(desk: Watched) -> None:
    await desk.page.add_init_script("localStorage.setItem('cassava.language', 'fr')")

    await desk.go(f"/tickets/{uuid.uuid4()}")

    await expect(desk.page.get_by_text(re.compile("existe pas, ou plus"))).to_be_visible()
    assert all("404" in trouble for trouble in desk.troubles)
    desk.troubles.clear()
