"""A real browser on one page, by the DevTools protocol; it sees into closed shadow roots."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or ""
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.1


class Page:
    """`complaints`: what the browser logged as an error, violations of a page's policy too."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(await self._socket.recv())
            if said.get("id") == number:
                return dict(said.get("result", {}))
            if (
                said.get("method") == "Log.entryAdded"
                and said["params"]["entry"]["level"] == "error"
            ):
                self.complaints.append(said["params"]["entry"]["text"])
            if said.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(said["params"]))

    async def open(self, url: str) -> None:
        for domain in ("Log", "Runtime", "Page", "DOM"):
            await self.command(f"{domain}.enable")
        await self.command("Page.navigate", url=url)

    async def nodes(self, name: str) -> list[dict[str, Any]]:
        found = await self.command("DOM.getDocument", depth=-1, pierce=True)
        return [node for node in _walked(found["root"]) if node["localName"] == name]

    async def node(self, name: str, number: int = 0) -> dict[str, Any]:
        """As soon as it is there."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(nodes := await self.nodes(name)) <= number:  # noqa: ASYNC110  # a page has no event for us
                await asyncio.sleep(_LOOK_SECONDS)
        return nodes[number]

    async def do(self, node: dict[str, Any], function: str, *words: str) -> Any:
        """`function` as JavaScript, `this` being the node."""
        object_id = (await self.command("DOM.resolveNode", nodeId=node["nodeId"]))["object"]
        answer = await self.command(
            "Runtime.callFunctionOn",
            objectId=object_id["objectId"],
            functionDeclaration=function,
            arguments=[{"value": word} for word in words],
            returnByValue=True,
        )
        return answer["result"].get("value")

    async def texts(self, name: str) -> list[str]:
        return [
            await self.do(node, "function() { return this.textContent }")
            for node in await self.nodes(name)
        ]


def _walked(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in (*node.get("children", ()), *node.get("shadowRoots", ())):
        yield from _walked(child)


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Page]:
    browser = await asyncio.create_subprocess_exec(
        PROGRAM,
        *_OPTIONS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), httpx2.AsyncClient() as http:
            port = await _port(folder)
            pages = (await http.get(f"http://127.0.0.1:{port}/json/list")).json()
        (page,) = [each for each in pages if each["type"] == "page"]
        async with connect(page["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Page(socket)
    finally:
        browser.terminate()
        await browser.wait()


async def _port(folder: Path) -> str:
    while True:
        try:
            return (folder / "DevToolsActivePort").read_text().split()[0]
        except (FileNotFoundError, IndexError):
            await asyncio.sleep(_LOOK_SECONDS)
