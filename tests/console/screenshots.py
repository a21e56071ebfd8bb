"""Pictures of every page, light and dark, into docs/console: `make screenshots`.

A mesh of its own and the demo tenant; `python -m tests.console.screenshots http://…` takes one that
runs.
"""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cli import webhooks
from tests.console import browser as browsers
from tests.console.test_intents import examples
from tests.journeys import scene as scenes
from tests.journeys.scene import DEMO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Browser

    from tests.console.browser import Watched
    from tests.journeys.scene import Scene

PICTURES = browsers.ROOT / "docs" / "console"
WINDOW = {"width": 1280, "height": 800}
SCHEMES = ("light", "dark")
_SETTINGS = ("channels", "hours", "promises", "rules", "fields", "answers", "endpoints", "people")
PAGES = {
    name: f"/{name}"
    for name in (
        *("inbox", "tickets", "customers", "knowledge", "intents", "analytics"),
        *("settings", "status", "try-it"),
    )
} | {f"settings-{part}": f"/settings/{part}" for part in _SETTINGS}
_QUALITY = 80
_LONGEST_TRAINING_SECONDS = 300.0
CUSTOMERS = (
    ("Amina Odhiambo", "How long does delivery take?"),
    ("Jean Dupont", "Bonjour, combien de temps prend la livraison ?"),
    ("Grace Wanjiru", "I want to talk to a human"),
    ("Joana Silva", "Qual é a vossa política de devolução?"),
    ("Baraka Mushi", "Nataka kurudisha bidhaa, nifanye nini?"),
    ("Peter Novak", "My card was charged twice! This is the third time I write, fix it now!"),
    ("Lucy Chen", "I need help with billing"),
)


async def take(edge: str) -> None:
    """Let customers write, teach some intents, then look at what became of it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with scenes.at({"edge": edge}) as scene, browsers.opened() as browser:
        conversations = [await _write(scene, name, text) for name, text in CUSTOMERS]
        pages = PAGES | await _of_a_case(scene, conversations[2])
        pages["conversation"] = f"/conversations/{conversations[0]}"
        del pages["try-it"]
        for scheme in SCHEMES:
            async with _looking(browser, edge, scheme) as desk:
                await _look(desk, {"try-it": PAGES["try-it"]}, scheme)
        await _teach(scene)
        for scheme in SCHEMES:
            async with _looking(browser, edge, scheme) as desk:
                await _look(desk, pages, scheme)
                await desk.page.locator(".account").click()
                await desk.page.get_by_role("menuitem").click()
                await _picture(desk, "sign-in", scheme)


def _looking(browser: Browser, edge: str, scheme: str) -> AbstractAsyncContextManager[Watched]:
    options: dict[str, Any] = {"viewport": WINDOW, "color_scheme": scheme}
    return browsers.visit(browser, edge, **options)


async def _look(desk: Watched, pages: dict[str, str], scheme: str) -> None:
    for name, path in pages.items():
        await desk.go(path)
        await _picture(desk, name, scheme)


async def _of_a_case(scene: Scene, conversation: str) -> dict[str, str]:
    """The pages of who asked for a person."""
    (ticket, *_) = await scenes.eventually(lambda: scene.tickets(conversation))
    found = await scene.api.call("GET", f"/api/v1/conversations/{conversation}")
    customer = found["conversation"]["customer_id"]
    return {"ticket": f"/tickets/{ticket['id']}", "customer": f"/customers/{customer}"}


async def _write(scene: Scene, name: str, text: str) -> str:
    number = scenes.fresh()
    phone = f"2547{number}"
    await scene.post(webhooks.whatsapp(phone, name, text, f"wamid.picture.{number}"))
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    return str(conversation["id"])


async def _teach(scene: Scene) -> None:
    """A hotel's intents; from here on nobody writes any more."""
    rows = csv.DictReader(io.StringIO(examples()))
    await scene.api.call("POST", f"{DEMO}/intents", {"examples": list(rows)})
    training = (await scene.api.call("POST", f"{DEMO}/trainings", {}))["training"]

    async def has_ended() -> bool:
        found = await scene.api.call("GET", f"{DEMO}/trainings/{training['id']}")
        return bool(found["training"].get("end_time"))

    await scenes.eventually(has_ended, _LONGEST_TRAINING_SECONDS)


async def _picture(desk: Watched, name: str, scheme: str) -> None:
    if name == "try-it":
        await desk.page.get_by_label("Write as a customer").fill("How long does delivery take?")
        await desk.page.keyboard.press("Enter")
        await desk.page.get_by_text("Where the time went").wait_for()
    if name == "conversation":
        await desk.page.locator(".utterance.bot .why").first.click()
    await desk.page.get_by_role("heading").first.wait_for()
    await desk.page.wait_for_load_state("networkidle")
    if name in {"inbox", "tickets"}:
        await desk.page.locator(".sla-clock").nth(1).wait_for()
    if name in {"intents", "analytics"}:
        await desk.page.locator(".chart canvas").first.wait_for()
    await _keep(desk, f"{name}-{scheme}")
    if name == "intents":
        await desk.page.evaluate("document.querySelector('.report').scrollIntoView()")
        await _keep(desk, f"intents-report-{scheme}")


async def _keep(desk: Watched, name: str) -> None:
    """As WebP, which Playwright's own screenshots are not."""
    browser = await desk.page.context.new_cdp_session(desk.page)
    asked = {"format": "webp", "quality": _QUALITY}
    taken = await browser.send("Page.captureScreenshot", asked)
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


@contextmanager
def _a_mesh() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cli"]
        up = [*command, "up", "--detach", "--json", "--port", "0", "--data", folder]
        done = subprocess.run(up, cwd=folder, capture_output=True, check=True)  # noqa: S603 - our own command
        yield str(json.loads(done.stdout)["edge"])
        subprocess.run([*command, "down", "--data", folder], cwd=folder, check=True)  # noqa: S603 - our own command


def main(arguments: list[str]) -> None:
    if browsers.chromium() is None:
        sys.exit("there is no chromium on this machine: apt-get install chromium")
    if arguments:
        asyncio.run(take(arguments[0]))
        return
    with _a_mesh() as edge:
        asyncio.run(take(edge))


if __name__ == "__main__":
    main(sys.argv[1:])
