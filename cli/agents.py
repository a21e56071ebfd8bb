"""`cassava agent`: list, create, archive."""

from typing import Annotated, Any

import typer

from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import listing, out, run, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="For colleagues, and as customers read it.")]
AgentId = Annotated[str, typer.Argument(help="As `list` shows it.")]
KeyId = Annotated[str, typer.Option(help="The key this person works with: `cassava key list`.")]
Capacity = Annotated[int, typer.Option(help="Unresolved conversations at once; 0: the default.")]
Skill = Annotated[list[str], typer.Option(help="A word, or a language; may be repeated.")]


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """Who answers at the desk, and how much each has."""
    agents = run(listed(open_api(edge, key), _path(tenant), "agents"))
    if as_json:
        show_json(agents)
        return
    table = listing("id", "name", "presence", "open", "capacity", "skills")
    for each in agents:
        load = (str(each.get("open_conversations", 0)), str(each.get("capacity", 0)))
        skills = ", ".join(each.get("skills", []))
        table.add_row(each["id"], each["name"], _word(each, "presence"), *load, skills)
    out.print(table)


@app.command("create")
def _create(  # noqa: PLR0913  # each is an option of the command
    name: Name,
    *,
    tenant: Tenant,
    key_id: KeyId = "",
    capacity: Capacity = 0,
    skill: Skill = [],  # noqa: B006  # Typer reads it
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Add somebody to the desk."""
    body = {"name": name, "key_id": key_id, "capacity": capacity, "skills": skill}
    agent = run(called(open_api(edge, key), "POST", _path(tenant), body))["agent"]
    if as_json:
        show_json(agent)
    else:
        typer.echo(agent["id"])


@app.command("archive")
def _archive(agent_id: AgentId, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Give this person no more work; what they did stays theirs."""
    run(called(open_api(edge, key), "POST", f"{_path(tenant)}/{agent_id}:archive", {}))
    out.print(f"agent {agent_id} is archived", highlight=False)


def _path(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/agents"


def _word(agent: dict[str, Any], field: str) -> str:
    return str(agent.get(field, "")).removeprefix(f"{field.upper()}_").lower()
