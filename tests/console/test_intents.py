"""What the machine is taught at the console, in tenants of their own: a model changes answers."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from cli.api import Api
from tests.console.test_desk import sign_in
from tests.journeys.scene import fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.console.browser import Watched

# Near enough to one another that some are taken for others.
_INTENTS = {
    "early checkin": ("may we come to the room {}", "can I check in {}", "is it fine to come {}"),
    "pool rules": ("may I use a towel at the pool {}", "is the pool for children {}"),
    "late checkout": ("may we leave the room {}", "can I check out {}", "is it fine to stay {}"),
    "spa hours": ("does the sauna open {}", "may I use the pool {}", "is the steam room heated {}"),
    "airport shuttle": ("does the bus to the airport run {}", "is there a ride to my flight {}"),
    "lost luggage": ("my suitcase has been missing {}", "nobody has seen my bag {}"),
}
_WHEN = ("at noon", "on Sunday", "after two", "early in the morning", "late at night", "in May")


def examples() -> str:
    """A small file: enough to be asked questions of, quick to learn."""
    rows = [
        f"{text.format(when)},{intent}"
        for intent, texts in _INTENTS.items()
        for text in texts
        for when in _WHEN
    ]
    return "\n".join(["text,intent", *rows])


_ALL = f"{len(examples().splitlines()) - 1} of {len(examples().splitlines()) - 1} imported"


def a_file(name: str, content: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


@pytest.fixture(scope="module")
def platform_key(mesh: dict[str, Any]) -> str:
    return Path(mesh["data"], "keys", "platform.key").read_text(encoding="utf-8").strip()


@asynccontextmanager
async def a_tenant(mesh: dict[str, Any], key: str) -> AsyncIterator[tuple[Api, str]]:
    """Its API, and the key of its admin."""
    tenant = f"hotel-{fresh()}"
    async with Api(mesh["edge"], key) as api:
        await api.call("POST", "/api/v1/tenants", {"id": tenant, "name": "Hotel"})
        body = {"name": "Console", "role": "CALLER_ADMIN"}
        made = await api.call("POST", f"/api/v1/tenants/{tenant}/keys", body)
        yield api, str(made["secret"])


async def test_an_import_of_5000_examples_shows_its_progress(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    rows = [f"what about thing number {each},about {each % 50}" for each in range(5000)]
    async with a_tenant(mesh, platform_key) as (_, key):
        await sign_in(desk, key)
        await desk.page.get_by_role("link", name="Intents").click()
        await desk.page.evaluate(_RECORD_PROGRESS)

        await desk.page.get_by_label("File of examples").set_input_files(
            a_file("many.csv", "\n".join(["text,intent", *rows]))
        )
        await desk.page.get_by_role("button", name="Import").click()
        told = desk.page.get_by_text("5,000 of 5,000 imported, 5,000 of them new")
        await expect(told).to_be_visible(timeout=60_000)

        seen = await desk.page.evaluate("window.seen")
        assert len(seen) >= 10
        assert seen == sorted(seen)
        await expect(desk.page.get_by_role("row").filter(has_text="about 7").first).to_be_visible()


_RECORD_PROGRESS = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const bar = document.querySelector('progress');
    if (bar && bar.value !== window.seen.at(-1)) window.seen.push(bar.value);
  }).observe(document.body, {subtree: true, attributes: true, childList: true});
}"""


async def test_rows_that_cannot_be_imported_are_named_and_nothing_is(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    async with a_tenant(mesh, platform_key) as (_, key):
        await sign_in(desk, key)
        await desk.page.get_by_role("link", name="Intents").click()

        bad = a_file("bad.csv", "text,intent\nhello,greeting\nhello,farewell\n")
        await desk.page.get_by_label("File of examples").set_input_files(bad)
        await desk.page.get_by_role("button", name="Import").click()

        told = desk.page.get_by_text("Line 3: the same text stands under another intent above")
        await expect(told).to_be_visible()
        await expect(desk.page.get_by_text("You have no intents of your own yet")).to_be_visible()


async def import_examples(desk: Watched, key: str) -> None:
    """All examples of the hotel, through the page of a tenant that has none."""
    page = desk.page
    await sign_in(desk, key)
    await page.get_by_role("link", name="Intents").click()
    await page.get_by_label("File of examples").set_input_files(a_file("hotel.csv", examples()))
    await page.get_by_role("button", name="Import").click()


async def test_examples_become_a_model_that_is_looked_at_corrected_and_rolled_back(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    async with a_tenant(mesh, platform_key) as (_, key):
        page = desk.page
        await import_examples(desk, key)
        await expect(page.get_by_text(_ALL)).to_be_visible()

        await page.get_by_role("button", name="Train a model").click()
        training = page.get_by_role("region", name="Training")
        await expect(training.get_by_role("button", name="Cancel")).to_be_visible()
        await expect(training.get_by_text("published")).to_be_visible(timeout=300_000)

        report = page.get_by_role("region", name="Report of version 1")
        await expect(report.locator(".chart canvas")).to_have_count(2)
        await expect(report.get_by_text("What is taken for what")).to_be_visible()
        assert await desk.serious() == []

        await page.get_by_label("Say it as a customer would").fill("is the sauna open tonight")
        await page.get_by_role("button", name="Explain").click()
        explained = page.get_by_role("region", name="How would this be understood?")
        await expect(explained.get_by_text("Near examples")).to_be_visible()
        await explained.get_by_label("It means").select_option("spa hours")
        await expect(page.get_by_text("Noted: it means spa hours")).to_be_visible()
        await page.get_by_role("button", name="spa hours").click()
        dialog = page.get_by_role("dialog", name="spa hours")
        await expect(dialog.get_by_text("corrected")).to_be_visible()
        await page.keyboard.press("Escape")

        versions = page.get_by_role("region", name="Versions")
        await versions.get_by_role("button", name="Roll back").click()
        row = versions.get_by_role("row").filter(has_text="Default intents")
        await expect(row.get_by_text("Live")).to_be_visible()
        await expect(versions.get_by_role("button", name="Publish")).to_be_visible()


async def test_an_example_is_reworded_and_taken_out(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    async with a_tenant(mesh, platform_key) as (_, key):
        page = desk.page
        await import_examples(desk, key)
        await page.get_by_role("button", name="lost luggage").click()
        dialog = page.get_by_role("dialog", name="lost luggage")

        await dialog.get_by_role("button", name="Edit: nobody has seen my bag in May").click()
        await dialog.get_by_label("Example", exact=True).fill("my bag is gone")
        await page.keyboard.press("Enter")
        await dialog.get_by_role("button", name="Remove: nobody has seen my bag at noon").click()

        listed = dialog.get_by_role("list", name="Examples").get_by_role("listitem")
        await expect(listed.filter(has_text="my bag is gone")).to_be_visible()
        await expect(listed.filter(has_text="seen my bag in May")).to_have_count(0)
        await expect(listed.filter(has_text="seen my bag at noon")).to_have_count(0)
        assert await desk.serious() == []


async def test_a_training_is_cancelled(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    async with a_tenant(mesh, platform_key) as (_, key):
        await sign_in(desk, key)
        await desk.page.get_by_role("link", name="Intents").click()
        file = a_file("hotel.csv", examples())
        await desk.page.get_by_label("File of examples").set_input_files(file)
        await desk.page.get_by_role("button", name="Import").click()
        await expect(desk.page.get_by_text(_ALL)).to_be_visible()
        await desk.page.get_by_role("button", name="Train a model").click()
        training = desk.page.get_by_role("region", name="Training")

        await training.get_by_role("button", name="Cancel").click()

        await expect(training.get_by_text("Cancelled", exact=True)).to_be_visible()
        await training.get_by_role("button", name="Train a model").click()
        await training.get_by_text("Earlier trainings").click()
        await expect(training.get_by_role("row").filter(has_text="Cancelled")).to_be_visible()
        await training.get_by_role("button", name="Cancel").click()


async def test_texts_are_grouped_and_a_group_becomes_an_intent(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    texts = [text.format(when) for text in _INTENTS["spa hours"] for when in _WHEN]
    async with a_tenant(mesh, platform_key) as (_, key):
        await sign_in(desk, key)
        await desk.page.get_by_role("link", name="Intents").click()

        await desk.page.get_by_label("Texts that no intent covers").fill("\n".join(texts))
        await desk.page.get_by_role("button", name="Group them").click()
        await desk.page.get_by_role("button", name="Make it an intent").first.click()

        await expect(desk.page.get_by_role("button", name="Made").first).to_be_disabled()
        await expect(desk.page.locator("tbody .button.title").first).to_be_visible()


async def test_a_platforms_key_chooses_among_its_tenants(
    desk: Watched, mesh: dict[str, Any], platform_key: str
) -> None:
    async with a_tenant(mesh, platform_key):
        await sign_in(desk, platform_key)

        await desk.page.get_by_role("button", name=re.compile("^Tenant")).click()
        await desk.page.get_by_role("menuitem", name="Hotel").first.click()

        chosen = desk.page.get_by_role("button", name=re.compile("^Tenant: hotel-"))
        await expect(chosen).to_be_visible()
        await expect(desk.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
