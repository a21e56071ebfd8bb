"""The line on which a console hears what happens."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.console import browser as browsers
from tests.console.test_desk import sign_out

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.journeys.scene import Scene

# Sends every socket to a port where nobody answers, and counts them.
_ASTRAY = """
window.opened = [];
window.WebSocket = class extends WebSocket {
  constructor(address) {
    const astray = new URL(address);
    astray.port = %d;
    super(astray);
    window.opened.push(this);
  }
};
"""


async def test_who_leaves_while_the_line_still_opens_sees_no_error(
    browser: Browser, scene: Scene
) -> None:
    # The console's own policy lets it speak to its edge alone.
    visit = browsers.visit(browser, scene.mesh["edge"], bypass_csp=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with visit as desk:
            await desk.page.add_init_script(_ASTRAY % silent.getsockname()[1])
            await desk.go("/inbox")
            await desk.page.wait_for_function("window.opened.length > 0")

            await sign_out(desk)

            await expect(desk.page.get_by_label("API key")).to_be_visible()
            assert await desk.page.evaluate("opened.map((each) => each.readyState)") == [0]
            assert desk.troubles == []
