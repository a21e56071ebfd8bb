"""The knowledge page: articles come from files and from words, and one sees what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.journeys.scene import DEMO, fresh

if TYPE_CHECKING:
    from tests.console.browser import Watched
    from tests.journeys.scene import Scene


async def test_files_become_articles_and_the_progress_is_shown(desk: Watched) -> None:
    names = [f"Parking {fresh()}" for _ in range(3)]
    files: Any = [
        {"name": f"{name}.md", "mimeType": "text/markdown", "buffer": f"# {name}\n\nFree.".encode()}
        for name in names
    ]
    await desk.go("/knowledge")

    await desk.page.get_by_label("Files").set_input_files(files)
    await desk.page.get_by_role("button", name="Import").click()

    await expect(desk.page.get_by_text("3 of 3 imported")).to_be_visible()
    await expect(desk.page.get_by_role("button", name=names[0])).to_be_visible()


async def test_one_sees_what_would_be_answered(desk: Watched) -> None:
    await desk.go("/knowledge")

    await desk.page.get_by_label("Ask as a customer would").fill("How long does delivery take?")
    await desk.page.keyboard.press("Enter")

    await expect(desk.page.get_by_text("The articles answer this")).to_be_visible()
    await expect(desk.page.locator("blockquote")).to_contain_text("answer")


async def test_an_article_is_written_changed_and_removed(desk: Watched, scene: Scene) -> None:
    name = f"Gift wrapping {fresh()}"
    await desk.go("/knowledge")
    dialog = desk.page.get_by_role("dialog", name="Article")

    await desk.page.get_by_role("button", name="Write an article").click()
    await dialog.get_by_label("Title").fill(name)
    await dialog.get_by_label("Text").fill("We wrap gifts for free.")
    await dialog.get_by_role("button", name="Save").click()
    await desk.page.get_by_role("button", name=name).click()
    await dialog.get_by_label("Text").fill("We wrap gifts for 2 euros.")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    articles = [each async for each in scene.api.every(f"{DEMO}/articles", "articles")]
    (written,) = [each for each in articles if each["title"] == name]
    whole = await scene.api.call("GET", f"{DEMO}/articles/{written['id']}")
    await desk.page.get_by_role("button", name=name).click()
    await dialog.get_by_role("button", name="Remove").click()

    await expect(desk.page.get_by_role("button", name=name)).to_have_count(0)
    assert whole["article"]["body"] == "We wrap gifts for 2 euros."
