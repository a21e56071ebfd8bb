"""`cassava doctor`: every check, one line each."""

from pathlib import Path

import typer

from cli import doctor
from cli.check import FAILED, OK, WARNING, Check
from cli.environment import Environment
from cli.options import Data, Edge, Json, open_api
from cli.outcome import out, run, show_json
from cli.providers import check_mistral, check_ollama
from cli.running import read_state
from cli.tenancy import check_tenants

_NAME_WIDTH = 33  # the longest variable, and a space
_COLOURS = {OK: "green", WARNING: "yellow", FAILED: "red"}


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(_doctor)


def _doctor(*, edge: Edge = "", data: Data, as_json: Json = False) -> None:
    """Find what is wrong with the configuration and the mesh, and say how to mend it."""
    checks = run(_checks(edge, data.absolute()))
    if as_json:
        show_json([check.as_json() for check in checks])
    else:
        for check in checks:
            remedy = f"  -> {check.remedy}" if check.remedy else ""
            state = f"[{_COLOURS[check.state]}]{check.state:<8}[/]"
            out.print(f"{state}{check.name:<{_NAME_WIDTH}}", end="", highlight=False)
            out.print(f"{check.cause}{remedy}", highlight=False, markup=False, soft_wrap=True)
    if any(check.state == FAILED for check in checks):
        raise typer.Exit(1)


async def _checks(edge: str, data: Path) -> list[Check]:
    environment = Environment.here()
    state = read_state(data) or {}
    checks = [doctor.check_dotenv(Path.cwd()), *doctor.check_environment(environment)]
    checks.append(doctor.check_data(data))
    if url := state.get("database_url") or environment.get("CASSAVA_DATABASE_URL"):
        checks.append(await doctor.check_database(url))
    if url := state.get("redis_url") or environment.get("CASSAVA_REDIS_URL"):
        checks.append(await doctor.check_redis(url))
    checks += await check_mistral(environment)
    checks += await check_ollama(environment)
    async with open_api(edge, data=data) as api:
        checks += await doctor.check_mesh(api)
        checks += doctor.check_followed(checks, bool(environment.get("MISTRAL_API_KEY")))
        if not any(check.state == FAILED for check in checks if check.name == "edge"):
            checks += await check_tenants(api)
    return checks
