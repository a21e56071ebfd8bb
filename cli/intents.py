"""`cassava intents`: list, import, train, models, publish, correct, explain, suggest, evaluate."""

import asyncio
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from cli.api import Api, Refused
from cli.asking import asked, chosen, path_of, some
from cli.evaluation import compared, evaluated
from cli.examples import Example, read_file
from cli.options import Edge, Json, Key, Tenant, open_api
from cli.outcome import fail, out, run, several, show_json
from cli.tenants import called, listed

app = typer.Typer(no_args_is_help=True)


class Encoder(StrEnum):
    ENGLISH = "english"
    MULTILINGUAL = "multilingual"


Data = Annotated[
    Path, typer.Argument(help="*.csv, *.jsonl or *.yaml.", exists=True, dir_okay=False)
]
Text = Annotated[str, typer.Argument(help="In the customer's words.")]
Name = Annotated[str, typer.Argument(help="The intent's name.")]
Version = Annotated[int, typer.Argument(help="A model's; 0: the default intents.", min=0)]
Train = Annotated[bool, typer.Option("--train", help="Train afterwards, and wait for it.")]

Reads = Annotated[
    Encoder | None,
    typer.Option(help="What reads meaning; not given: as the model that serves."),
]
WithModel = Annotated[
    bool, typer.Option("--with-model", help="Ask the language model too: tokens for every text.")
]
Below = Annotated[
    float, typer.Option(help="What counts as not sure: the policy's confidence_threshold.")
]

_AT_ONCE = 500
_ROW = re.compile(r"examples\[(\d+)\](?:\.\w+)?")
_LOOK_SECONDS = 0.5
_ENDED = {"published", "refused", "failed", "cancelled"}


@app.command("list")
def _list(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """A tenant's own intents, with how many examples each has."""
    intents = run(listed(open_api(edge, key), path_of(tenant, "intents"), "intents"))
    if as_json:
        show_json(intents)
        return
    table = Table("name", "examples", "description")
    for each in intents:
        table.add_row(each["name"], str(each["examples"]), each["description"])
    out.print(table)


@app.command("import")
def _import(  # noqa: PLR0913  # options of one command
    data: Data,
    *,
    tenant: Tenant,
    train: Train = False,
    encoder: Reads = None,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Add every example of a file; twice is like once."""
    examples = run(_read(data))
    added = run(_put(open_api(edge, key), tenant, examples))
    told: dict[str, Any] = {"examples": len(examples), "added": added}
    if train:
        told["training"] = run(_trained(open_api(edge, key), tenant, encoder))
    if as_json:
        show_json(told)
        return
    out.print(f"{several(len(examples), 'example')}, {added} of them new", highlight=False)
    if train:
        _say_what_came(told["training"])


@app.command("train")
def _train(
    *,
    tenant: Tenant,
    encoder: Reads = None,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Make a model of all examples and publish it, unless the live one is better."""
    training = run(_trained(open_api(edge, key), tenant, encoder))
    if as_json:
        show_json(training)
    _say_what_came(training, quiet=as_json)


@app.command("models")
def _models(*, tenant: Tenant, edge: Edge = "", key: Key = "", as_json: Json = False) -> None:
    """Every model of a tenant, newest first."""
    models = run(listed(open_api(edge, key), path_of(tenant, "models"), "models"))
    if as_json:
        show_json(models)
        return
    table = Table("version", "live", "intents", "examples", "accuracy", "questions", "made")
    for each in models:
        report = each["report"]
        accuracy = f"{report['accuracy']:.1%}" if report["questions"] else "-"
        table.add_row(
            *(str(each["version"]), "yes" if each["live"] else "", str(each["intents"])),
            *(str(each["examples"]), accuracy, str(report["questions"]), each["create_time"]),
        )
    out.print(table)


@app.command("report")
def _report(version: Version, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """A model's whole report, as JSON."""
    path = path_of(tenant, f"models/{version}")
    show_json(run(called(open_api(edge, key), "GET", path))["model"])


@app.command("publish")
def _publish(version: Version, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Let this model serve: to roll back, or because you know better than the report."""
    run(called(open_api(edge, key), "POST", path_of(tenant, f"models/{version}:publish"), {}))
    out.print(f"model {version} serves within seconds", highlight=False)


@app.command("delete")
def _delete(name: Name, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Remove an intent and its examples."""
    gone = run(called(open_api(edge, key), "DELETE", path_of(tenant, f"intents/{name}")))
    out.print(f"{gone['examples_removed']} examples removed", highlight=False)


@app.command("correct")
def _correct(text: Text, name: Name, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Say what a text really meant: an example from the next training on."""
    body = {"example": {"text": text, "intent": name}}
    run(called(open_api(edge, key), "POST", path_of(tenant, "intents:correct"), body))


@app.command("explain")
def _explain(text: Text, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Why a text is labelled as it is, as JSON."""
    path = path_of(tenant, "intents:explain")
    show_json(run(called(open_api(edge, key), "POST", path, {"text": text})))


@app.command("suggest")
def _suggest(data: Data, *, tenant: Tenant, edge: Edge = "", key: Key = "") -> None:
    """Group the texts of a file, one a line, into intents that may be missing, as JSON."""
    texts = [line for line in data.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if not texts:
        fail(f"{data.name} is empty", "write one text a line")
    path = path_of(tenant, "intents:suggest")
    show_json(run(called(open_api(edge, key), "POST", path, {"texts": texts[:_AT_ONCE]})))


@app.command("evaluate")
def _evaluate(  # noqa: PLR0913  # options of one command
    data: Data,
    *,
    tenant: Tenant,
    with_model: WithModel = False,
    below: Below = 0.4,
    edge: Edge = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Ask what serves every text of a labelled file: how often it is right, and how sure.

    With a language model too, the same figures for its choice, and for both together.
    """
    api, examples = open_api(edge, key), run(_read(data))
    if with_model:
        _show_compared(compared(run(chosen(api, tenant, examples)), below), as_json=as_json)
        return
    figures = evaluated(run(asked(api, tenant, examples)))
    if as_json:
        show_json(figures)
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        if not isinstance(value, list):
            table.add_row(name, str(value))
    out.print(table)
    for one in figures["confusions"]:
        out.print(f"{one['times']} x {one['meant']} heard as {one['heard']}", highlight=False)


def _show_compared(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(figures)
        return
    ways = ("embedded", "model", "both")
    table = Table("figure", *ways)
    for name, value in figures["embedded"].items():
        if not isinstance(value, list):
            table.add_row(name, *(str(figures[way][name]) for way in ways))
    out.print(table)
    asked, silent = figures["asked_of_model"], figures["model_silent"]
    out.print(f"A model is asked of {asked:.1%} of the texts; it did not choose in {silent:.1%}.")


async def _read(data: Path) -> list[Example]:
    return read_file(data)


async def _put(api: Api, tenant: str, examples: list[Example]) -> int:
    added = 0
    async with api:
        with Progress(console=out, disable=not out.is_terminal) as progress:
            task = progress.add_task("importing", total=len(examples))
            for part in some(examples, _AT_ONCE):
                rows = [{"text": e.text, "intent": e.intent, "language": e.language} for e in part]
                try:
                    told = await api.call("POST", path_of(tenant, "intents"), {"examples": rows})
                except Refused as refused:
                    raise _placed(refused, part) from refused
                added += int(told["examples_added"])
                progress.advance(task, len(part))
    return added


def _placed(refused: Refused, part: list[Example]) -> Refused:
    """The call's rows as the file's; the calls before it were taken."""
    said = _ROW.sub(lambda row: part[int(row[1])].place, str(refused))
    before = f"{said}; what stands before {part[0].place} is imported, repeating it is safe"
    return Refused(refused.status, before, refused.reason)


async def _trained(api: Api, tenant: str, encoder: Encoder | None) -> dict[str, Any]:
    said = {"encoder": f"ENCODER_{encoder.upper()}"} if encoder else {}
    async with api:
        training = (await api.call("POST", path_of(tenant, "trainings"), said))["training"]
        with Progress(console=out, disable=not out.is_terminal) as progress:
            task = progress.add_task("training", total=1.0)
            while _state(training) not in _ENDED:
                await asyncio.sleep(_LOOK_SECONDS)
                path = path_of(tenant, f"trainings/{training['id']}")
                training = (await api.call("GET", path))["training"]
                named = training["stage"] or "training"
                progress.update(task, completed=training["progress"], description=named)
    return dict(training)


def _say_what_came(training: dict[str, Any], *, quiet: bool = False) -> None:
    state = _state(training)
    if state == "published":
        if not quiet:
            out.print(training["message"], highlight=False)
        return
    remedies = {
        "refused": f"`cassava intents publish {training['model_version']}` lets it serve anyway",
        "cancelled": "start it again with `cassava intents train`",
    }
    fail(training["message"], remedies.get(state, "correct the examples and train again"))


def _state(training: dict[str, Any]) -> str:
    return str(training["state"]).removeprefix("STATE_").lower()
