"""Commands that look: status, logs, demo."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from cli import demo as demo_run
from cli import health
from cli.api import Api
from cli.options import Data, Edge, Json, Key, open_api
from cli.outcome import fail, listing, out, run, show_json
from cli.running import read_demo, read_state

Service = Annotated[str, typer.Argument(help="A process that `status` names; empty: all.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on as they grow.")]
ExpectTier = Annotated[str, typer.Option(help="Fail when no reply came from this tier.")]
_TAIL_LINES = 50


def add_to(app: typer.Typer) -> None:
    app.command("status")(_status)
    app.command("logs")(_logs)
    app.command("demo")(_demo)


def _status(*, data: Data, as_json: Json = False) -> None:
    """What runs, since when, on which addresses, with which AI tiers."""
    state = read_state(data.absolute())
    if state is None:
        fail(f"no mesh runs from {data}", "start it with `cassava up`")
    found = run(_health(data.absolute()))
    if as_json:
        show_json(state | {"health": found, "demo": read_demo(data.absolute())})
        return
    table = listing("process", "pid", "up", "restarts", "address")
    for each in state["processes"]:
        since = _duration(time.time() - each["started_at"]) if each["started_at"] else "-"
        pid = str(each["pid"] or "-")
        table.add_row(each["name"], pid, since, str(each["restarts"]), each["address"])
    out.print(table)
    tiers = ", ".join(found.get("reply_tiers", [])) or "unknown"
    out.print(f"{state['edge']}  {found.get('status', '?')}  tiers: {tiers}", highlight=False)


async def _health(data: Path) -> dict[str, Any]:
    async with open_api(data=data) as api:
        return await health.read(api)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours else f"{minutes}m {rest}s"


def _logs(service: Service = "", *, data: Data, follow: Follow = False) -> None:
    """The end of the logs, each line with its process."""
    found = log_files(data.absolute())
    chosen = {name: file for name, file in found.items() if service in ("", name)}
    if not chosen:
        fail(f"no log of {service or 'anything'}", f"there are: {', '.join(found) or 'none'}")
    for name, line in _last_lines(chosen):
        typer.echo(f"{name} | {line}")
    if follow:
        for name, line in _following(chosen):
            typer.echo(f"{name} | {line}")


def log_files(data: Path) -> dict[str, Path]:
    """By process; servers keep theirs in their own directories."""
    servers = {name: data / name / f"{name}.log" for name in ("postgres", "valkey", "envoy")}
    services = {file.stem: file for file in sorted((data / "logs").glob("*.log"))}
    return {name: file for name, file in (services | servers).items() if file.exists()}


def _last_lines(files: dict[str, Path]) -> Iterator[tuple[str, str]]:
    for name, file in files.items():
        for line in file.read_text(errors="replace").splitlines()[-_TAIL_LINES:]:
            yield name, line


def _following(files: dict[str, Path]) -> Iterator[tuple[str, str]]:
    opened = {name: file.open(errors="replace") for name, file in files.items()}
    for file in opened.values():
        file.seek(0, 2)
    while True:
        for name, file in opened.items():
            for line in file:
                yield name, line.rstrip("\n")
        time.sleep(0.25)


def _demo(
    *,
    expect_tier: ExpectTier = "",
    edge: Edge = "",
    key: Key = "",
    data: Data,
    as_json: Json = False,
) -> None:
    """Send a dozen customer messages over real webhooks and show what comes back."""
    exchanges = run(_play(open_api(edge, key, data.absolute()), quiet=as_json))
    rows = [each.as_json() for each in exchanges]
    if as_json:
        show_json(rows)
    else:
        out.print(demo_table(rows))
    if wrong := [each.line.text for each in exchanges if not each.is_answered_once]:
        fail(f"not answered exactly once: {'; '.join(wrong)}", "`cassava logs worker` tells more")
    if expect_tier and expect_tier not in {row["tier"] for row in rows}:
        fail(f"no reply came from {expect_tier}", "`cassava doctor` shows each provider's state")


async def _play(api: Api, *, quiet: bool) -> list[demo_run.Exchange]:
    async with api:
        said, exchanges = demo_run.lines(), []
        with out.status("sending") as progress:
            async for exchange in demo_run.play(api, said):
                exchanges.append(exchange)
                if not quiet:
                    progress.update(f"{len(exchanges)} of {len(said)} answered")
        return exchanges


def demo_table(rows: list[dict[str, Any]]) -> Table:
    # Only a table that fills its line shares what is left among these two; else they take all of
    # it. Without lines between them the columns fit into 80 characters.
    table = Table(expand=True, box=box.SIMPLE, padding=0)
    for name in ("message", "reply"):
        table.add_column(name, ratio=1, no_wrap=True, overflow="ellipsis")
    for name, width in (("class", 16), ("urgency", 8), ("tier", 9), ("ticket", 8)):
        table.add_column(name, max_width=width, no_wrap=True, overflow="ellipsis")
    for name in ("accepted", "answered"):
        table.add_column(name, min_width=8, no_wrap=True, justify="right")
    for row in rows:
        answered = "never" if row["answered_ms"] is None else f"{row['answered_ms']} ms"
        times = (f"{row['accepted_ms']:.0f} ms", answered)
        said = f"({row['replies']} replies) {row['reply']}" if row["replies"] > 1 else row["reply"]
        words = (row["message"], said, row["class"], row["urgency"], row["tier"])
        plain = [word.replace("\n", " ").replace("[", r"\[") for word in words]
        table.add_row(*plain, row["ticket"][-8:], *times)
    return table
