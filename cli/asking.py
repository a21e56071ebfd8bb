"""Texts asked of the model that serves, with progress."""

import asyncio
from collections.abc import Iterator
from typing import Any

from rich.progress import Progress

from cli.api import Api
from cli.evaluation import Answer, Choice
from cli.examples import Example
from cli.outcome import out

_CHOSEN_AT_ONCE = 8
_ASKED_AT_ONCE = 50


def path_of(tenant: str, rest: str) -> str:
    return f"/api/v1/tenants/{tenant}/{rest}"


async def asked(api: Api, tenant: str, examples: list[Example]) -> list[Answer]:
    """What was heard beside what was meant, in order."""
    answers: list[Answer] = []
    async with api:
        with Progress(console=out, disable=not out.is_terminal) as progress:
            task = progress.add_task("asking", total=len(examples))
            for part in some(examples, _ASKED_AT_ONCE):
                body = {"texts": [example.text for example in part]}
                told = await api.call("POST", path_of(tenant, "intents:classifyBatch"), body)
                answers += [
                    Answer(example.intent, heard["intent"], heard["confidence"])
                    for example, heard in zip(part, told["classifications"], strict=True)
                ]
                progress.advance(task, len(part))
    return answers


async def chosen(api: Api, tenant: str, examples: list[Example]) -> list[Choice]:
    """As `asked`, and what the language model chooses; it costs tokens for every text."""
    async with api:
        with Progress(console=out, disable=not out.is_terminal) as progress:
            task = progress.add_task("asking", total=len(examples))
            choices: list[Choice] = []
            for part in some(examples, _CHOSEN_AT_ONCE):
                choices += await asyncio.gather(*(_choice(api, tenant, one) for one in part))
                progress.advance(task, len(part))
    return choices


async def _choice(api: Api, tenant: str, example: Example) -> Choice:
    body: dict[str, Any] = {"messages": [example.text]}
    # Surer than certain is nobody: every text comes with its candidates.
    unsure = {**body, "candidates_below": 1.0}
    told = await api.call("POST", path_of(tenant, "intents:classify"), unsure)
    heard = told["classification"]
    embedded = Answer(example.intent, heard["intent"], heard["confidence"])
    if not told["candidates"]:
        return Choice(embedded, embedded.heard)
    listed = {**body, "candidates": told["candidates"]}
    choice = await api.call("POST", path_of(tenant, "intents:choose"), listed)
    return Choice(embedded, choice["intent"])


def some(examples: list[Example], size: int) -> Iterator[list[Example]]:
    return (examples[start : start + size] for start in range(0, len(examples), size))
