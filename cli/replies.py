"""`cassava replies`: let a model or rules answer beside the live ones, and compare."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from cli.api import Api
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import fail, out, run, show_json
from cli.tenants import called

app = typer.Typer(no_args_is_help=True)

Tier = Annotated[Literal["mistral", "ollama"], typer.Option(help="Whose model it is.")]
Model = Annotated[str, typer.Option(help="Its name; default: the live one of that tier.")]
Rules = Annotated[
    Path | None,
    typer.Option(help="A file with the rules to try instead of ours.", exists=True, dir_okay=False),
]
Share = Annotated[float, typer.Option(help="Of the replies, 0 to 1.", min=0.001, max=1.0)]
ShadowId = Annotated[str, typer.Option("--shadow", help="Which; default: the last one.")]
Pairs = Annotated[int, typer.Option(help="Show so many pairs that differ, newest first.", min=0)]

_SIDES = ("live_side", "shadow_side")
_ROWS = (
    ("answered", "answered"),
    ("asked back", "asked_back"),
    ("handed over", "handed_over"),
    ("failed", "failed"),
    ("p50 ms", "milliseconds_p50"),
    ("p95 ms", "milliseconds_p95"),
    ("tokens", "tokens"),
)


@app.command("shadow")
def _shadow(  # noqa: PLR0913  # each is an option of the command
    *,
    tenant: Tenant,
    tier: Tier = "mistral",
    model: Model = "",
    rules: Rules = None,
    share: Share = 1.0,
    edge: Edge = "",
    key: Key = "",
) -> None:
    """Let a model answer beside the live one: recorded, never sent. Ends the one before it."""
    if not model and rules is None:
        fail("nothing to try", "name a --model, or a file with --rules, or both")
    words = rules.read_text(encoding="utf-8") if rules else ""
    body = {"tier": f"TIER_{tier.upper()}", "model": model, "rules": words, "share": share}
    started = run(called(open_api(edge, key), "POST", _path(tenant), body))["shadow"]
    out.print(f"shadow {started['id']} answers beside; `compare` shows how", highlight=False)


@app.command("stop")
def _stop(*, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """End the tenant's shadow; what it wrote can still be compared."""
    run(called(open_api(edge, key), "POST", f"{_path(tenant)}:stop", {}))
    out.print("no shadow answers any more", highlight=False)


@app.command("compare")
def _compare(  # noqa: PLR0913  # each is an option of the command
    *,
    tenant: Tenant,
    shadow: ShadowId = "",
    pairs: Pairs = 0,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """How the shadow's replies compare with the live ones to the same questions."""
    found, differing = run(_compared(open_api(edge, key), tenant, shadow, pairs))
    if as_json:
        show_json({**found, "differing": differing})
        return
    if "shadow" not in found:
        fail("this tenant never had a shadow", "start one with `cassava replies shadow`")
    out.print(table_of(found))
    out.print(agreement_of(found), highlight=False)
    for pair in differing:
        out.print(pair_of(pair))


def table_of(found: dict[str, Any]) -> Table:
    """Both sides in columns; reasons of failures below."""
    table = Table("", "live", f"shadow ({found['shadow'].get('model') or 'same model'})")
    for name, field in _ROWS:
        table.add_row(name, *(str(found[side].get(field, 0)) for side in _SIDES))
    costs = [int(found[side].get("cost_micros", 0)) / 1_000_000 for side in _SIDES]
    table.add_row("cost", *(f"${cost:.4f}" for cost in costs))
    table.add_row("reasons", *(_reasons(found[side]) for side in _SIDES))
    return table


def agreement_of(found: dict[str, Any]) -> str:
    pairs, both = int(found.get("pairs", 0)), int(found.get("both_answered", 0))
    if not pairs:
        return "no question was asked of both yet"
    same = f"{found.get('same_kind', 0)} of {pairs} ended alike"
    return f"{same}; {found.get('same_source', 0)} of {both} answers rest on an article in common"


def pair_of(pair: dict[str, Any]) -> Table:
    table = Table(title=pair["question"], show_header=False, show_lines=True, title_justify="left")
    for side in ("live", "shadow"):
        said = pair[f"{side}_reply"]
        kind = said.get("kind", "").removeprefix("OUTCOME_KIND_").lower()
        why = said.get("reason", "").removeprefix("TIER_REASON_").lower()
        table.add_row(side, kind or f"failed: {why}", said.get("text", ""))
    return table


def _reasons(side: dict[str, Any]) -> str:
    counted = (
        f"{each['reason'].removeprefix('TIER_REASON_').lower()} {each['replies']}"
        for each in side.get("reasons", [])
    )
    return ", ".join(counted)


def _path(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/shadow"


async def _compared(
    api: Api, tenant: str, shadow: str, pairs: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    query: dict[str, str | int] = {"shadow_id": shadow}
    async with api:
        found = await api.call("GET", f"{_path(tenant)}:compare", query=query)
        if not pairs:
            return found, []
        query |= {"differing": "true", "page_size": pairs}
        page = await api.call("GET", f"{_path(tenant)}/pairs", query=query)
    return found, page.get("pairs", [])
