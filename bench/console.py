"""What an agent's browser waits for: `python -m bench.console`.

First load and time to interactive; then the inbox with 100,000 rows, read on by scrolling, while 50
conversations a second change. A mesh of its own, the built console, the machine's chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg

from bench import running
from cli.api import Api
from tests.console import browser as browsers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.console.browser import Watched

_TENANT = "bench"
_FILL = Path(__file__).parent / "fill" / "conversations.sql"
_LOADS = 5
_FRAME_MICROSECONDS = 1_000_000 / 60
_CHANGED_ROWS = 100
# From the first byte asked for to the list on the screen; the page draws no row before it can act.
_WATCH_READY = """
let ready;
window.interactive = new Promise((done) => { ready = done; });
new MutationObserver((_, observer) => {
  if (!document.querySelector('.rows li')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { ready(performance.now()); }));
}).observe(document, {subtree: true, childList: true});
"""
_READ_ON = """async (wanted) => {
  const rows = document.querySelector('.rows');
  const count = () => Number(rows.querySelector('li').getAttribute('aria-setsize'));
  while (count() < wanted) {
    rows.scrollTop = rows.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
  rows.scrollTop = 0;
}"""
_SCROLL = """async (milliseconds) => {
  const rows = document.querySelector('.rows');
  const ends = performance.now() + milliseconds;
  const gaps = [];
  let before = performance.now();
  await new Promise((done) => requestAnimationFrame(function step(now) {
    gaps.push(now - before);
    before = now;
    rows.scrollTop = (rows.scrollTop + 40) % rows.scrollHeight;
    if (now < ends) requestAnimationFrame(step); else done();
  }));
  return gaps.slice(1);
}"""
_WATCH = _SCROLL.replace("rows.scrollTop = (rows.scrollTop + 40) % rows.scrollHeight;", "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.console")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--events", type=int, default=50, help="changes a second")
    asked = parser.parse_args()
    subprocess.run([browsers.ROOT / "console" / "run.sh", "build"], check=True)  # noqa: S603 - our own script
    with (
        tempfile.TemporaryDirectory(prefix="cassava-bench-") as folder,
        running.mesh(Path(folder) / "mesh") as mesh,
    ):
        asyncio.run(_measure(mesh, asked))


async def _measure(mesh: running.Running, asked: argparse.Namespace) -> None:
    edge = f"http://127.0.0.1:{mesh.port}"
    key = (mesh.data / "keys" / "platform.key").read_text(encoding="utf-8").strip()
    async with Api(edge, key) as api, browsers.opened() as browser:
        await api.call("POST", "/api/v1/tenants", {"id": _TENANT, "name": "Bench"})
        await _fill(mesh.database_url, asked.rows)
        await _loads(browser, edge, key)
        async with _signed_in(browser, edge, key) as desk:
            bench = _Bench(browser, desk, api, asked)
            await bench.frames("100 rows, still", _WATCH)
            await _read_on(desk.page, asked.rows)
            await bench.frames(f"{asked.rows:,} rows, still", _WATCH)
            await bench.frames(f"{asked.rows:,} rows, scrolling", _SCROLL)


async def _fill(database: str, rows: int) -> None:
    started = time.perf_counter()
    connection = await asyncpg.connect(database)
    await connection.execute(_FILL.read_text().replace(":count", str(rows)), timeout=3600)
    await connection.close()
    _say(f"{rows:,} conversations in {time.perf_counter() - started:.0f} s")


async def _loads(browser: Browser, edge: str, key: str) -> None:
    """Each with an empty cache."""
    milliseconds, kilobytes = [], 0.0
    for _ in range(_LOADS):
        async with _signed_in(browser, edge, key) as desk:
            milliseconds.append(await desk.page.evaluate("window.interactive"))
            kilobytes = sum(desk.loaded.values()) / 1000
    _say(f"first load {kilobytes:.0f} kB compressed, {len(desk.loaded)} files")
    told = ", ".join(f"{each:.0f}" for each in sorted(milliseconds))
    _say(f"interactive after {statistics.median(milliseconds):.0f} ms (median of {told})")


@asynccontextmanager
async def _signed_in(browser: Browser, edge: str, key: str) -> AsyncIterator[Watched]:
    async with browsers.visit(browser, edge) as desk:
        signing = desk.page.context.request
        headers = {"x-console": "1"}
        await signing.post(f"{edge}/api/v1/session", data={"key": key}, headers=headers)
        await desk.page.add_init_script(f"localStorage.setItem('cassava.tenant', '{_TENANT}')")
        await desk.page.add_init_script(_WATCH_READY)
        await desk.go("/inbox")
        await desk.page.evaluate("window.interactive")
        yield desk


async def _read_on(page: Page, rows: int) -> None:
    """To the end of the list, as somebody who scrolls on and on."""
    started = time.perf_counter()
    await page.evaluate(_READ_ON, rows)
    _say(f"{rows:,} rows read on in {time.perf_counter() - started:.0f} s")


class _Task(NamedTuple):
    """Of the main thread, in microseconds; `work` leaves out when others had the processor."""

    start: float
    took: float
    work: float


@dataclass(frozen=True, slots=True)
class _Bench:
    """One open inbox while conversations change."""

    browser: Browser
    desk: Watched
    api: Api
    asked: argparse.Namespace

    async def frames(self, name: str, acting: str) -> None:
        """The main thread's work in each sixtieth of a second, from the browser's own trace."""
        made: list[str] = []
        changes = asyncio.create_task(_change(self.api, self.asked.events, made))
        page, seconds = self.desk.page, self.asked.seconds
        await self.browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
        gaps = await page.evaluate(acting, seconds * 1000)
        changes_a_second = len(made) / seconds
        work = _work(json.loads(await self.browser.stop_tracing()))
        changes.cancel()
        await asyncio.gather(changes, return_exceptions=True)
        late = sum(gap > 1.5 * _FRAME_MICROSECONDS / 1000 for gap in gaps) / len(gaps)
        p50, p95, p99 = (_percentile(work, share) for share in (0.5, 0.95, 0.99))
        _say(
            f"{name:<26} work a frame p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms; "
            f"{late:.1%} of {len(gaps)} frames late; {changes_a_second:.0f} changes a second"
        )


async def _change(api: Api, a_second: int, made: list[str]) -> None:
    """Tags of the newest conversations, one after the other, as fast as asked."""
    asked: dict[str, str | int] = {"tenant_id": _TENANT, "page_size": _CHANGED_ROWS}
    listed = await api.call("GET", "/api/v1/conversations", query=asked)
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as calls:
        for number, each in enumerate(itertools.cycle(listed["conversations"])):
            await asyncio.sleep(max(0.0, begun + number / a_second - time.perf_counter()))
            calls.create_task(_tag(api, each["id"], f"seen-{number}", made))


async def _tag(api: Api, conversation: str, tag: str, made: list[str]) -> None:
    mask = {"tenant_id": _TENANT, "update_mask": "tags"}
    await api.call("PATCH", f"/api/v1/conversations/{conversation}", {"tags": [tag]}, query=mask)
    made.append(tag)


def _work(trace: dict[str, Any]) -> list[float]:
    """Processor milliseconds of the page's main thread in each frame's time."""
    mains: dict[tuple[int, int], list[_Task]] = {
        (each["pid"], each["tid"]): []
        for each in trace["traceEvents"]
        if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"
    }
    for each in trace["traceEvents"]:
        tasks = mains.get((each["pid"], each["tid"]))
        if tasks is not None and each["name"].endswith("RunTask") and each.get("dur"):
            tasks.append(_Task(each["ts"], each["dur"], each.get("tdur", each["dur"])))
    return _by_frame(max(mains.values(), key=lambda tasks: sum(task.work for task in tasks)))


def _by_frame(tasks: list[_Task]) -> list[float]:
    """A task counts whole in the frame in which it begins: it cannot be interrupted."""
    end = begun = min(task.start for task in tasks)
    frames: dict[int, float] = {}
    for task in sorted(tasks):
        if task.start < end:  # a task within a task
            continue
        end = task.start + task.took
        place = int((task.start - begun) // _FRAME_MICROSECONDS)
        frames[place] = frames.get(place, 0.0) + task.work / 1000
    return [frames.get(place, 0.0) for place in range(max(frames) + 1)]


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
