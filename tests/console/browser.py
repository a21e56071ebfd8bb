"""A real browser at the console: Debian's chromium, and what must never happen in it."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).parents[2]
_AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
_QUIET = ("--disable-component-update", "--disable-sync", "--no-default-browser-check")
_SERIOUS = {"serious", "critical"}


def chromium() -> str | None:
    """Where the machine's browser is."""
    return (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


@asynccontextmanager
async def opened() -> AsyncIterator[Browser]:
    """One process, with a profile of its own."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*_FLAGS, *_QUIET, *sandbox]
        )
        yield browser
        await browser.close()


@dataclass
class Watched:
    """A page and everything that went wrong in it."""

    page: Page
    edge: str
    troubles: list[str] = field(default_factory=list)
    loaded: dict[str, int] = field(default_factory=dict)

    def watch(self) -> None:
        self.page.on("console", self._spoke)
        self.page.on("pageerror", lambda error: self.troubles.append(f"crashed: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.edge}/console{path}")

    async def serious(self) -> list[str]:
        """What axe-core finds that keeps somebody out; in the dark only the colours are others."""
        await self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        await self.page.emulate_media(color_scheme="dark")
        found = await self._found("{runOnly: ['color-contrast']}")
        await self.page.emulate_media(color_scheme="light")
        return found + await self._found("{}")

    async def _found(self, options: str) -> list[str]:
        found: dict[str, Any] = await self.page.evaluate(f"axe.run(document, {options})")
        return [
            f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:160]})"
            for each in found["violations"]
            if each["impact"] in _SERIOUS
            for node in each["nodes"]
        ]

    def _spoke(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"said: {message.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left drops what it was asking for.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if not response.url.startswith(self.edge):
            self.troubles.append(f"asked somebody else: {response.url}")
        if response.status >= 400:
            self.troubles.append(f"refused: {response.url} {response.status}")
        if "/console/" in response.url:
            self.loaded[response.url] = int(response.headers.get("content-length", "0"))


@asynccontextmanager
async def visit(browser: Browser, edge: str, **options: Any) -> AsyncIterator[Watched]:
    """A visitor without cookies; English, unless said otherwise."""
    context = await browser.new_context(**{"locale": "en-GB", **options})
    watched = Watched(await context.new_page(), edge)
    watched.watch()
    yield watched
    await context.close()
