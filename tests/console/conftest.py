"""The console in a real browser, against the embedded mesh."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.console import browser as browsers
from tests.journeys import scene as scenes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

# Long enough for a machine that is busy with something else.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def built() -> None:
    """The console as the gateway will serve it; asked for before the mesh starts."""
    if browsers.chromium() is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    done = subprocess.run(  # noqa: S603 - our own script
        [browsers.ROOT / "console" / "run.sh", "build"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(done.stderr.strip() or "the console is not built")


@pytest.fixture(scope="session")
async def browser(built: None) -> AsyncIterator[Browser]:
    async with browsers.opened() as opened:
        yield opened


@pytest.fixture
async def scene(browser: Browser, mesh: dict[str, Any]) -> AsyncIterator[scenes.Scene]:
    async with scenes.at(mesh) as entered:
        yield entered


@pytest.fixture
async def desk(browser: Browser, scene: scenes.Scene) -> AsyncIterator[browsers.Watched]:
    """A visitor in whose browser nothing may go wrong."""
    async with browsers.visit(browser, scene.mesh["edge"]) as watched:
        yield watched
        assert watched.troubles == []
