"""What /openapi.json allows, thrown at the edge: never a server error."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from tests.contract.tenants import Caller, a_furnished_tenant, at_the_edge
from tests.tickets.builders import PLATFORM_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.front import Front

TENANT = "thrown"
# CASSAVA_SCHEMATHESIS=200 looks longer, at other questions each time.
TIMES = int(os.environ.get("CASSAVA_SCHEMATHESIS", "3"))
_BROKEN = {500, 501, 502}
_DOCUMENT = json.loads((Path(__file__).parents[2] / "protos/gen/openapi.json").read_text("utf-8"))
SCHEMA = schemathesis.openapi.from_dict(_DOCUMENT)
# Streams say nothing for a while; what ends the tenant or its key would end the rest.
_LEFT_OUT = ("/live", "/events", ":archive", ":revoke", "/session", "/test/test", "/webchat/")
OPERATIONS = [
    each.ok()
    for each in SCHEMA.get_all_operations()
    if isinstance(each, Ok) and not any(part in each.ok().path for part in _LEFT_OUT)
]


@pytest.fixture(scope="module")
async def thrower(front: Front) -> AsyncIterator[Caller]:
    async with (
        at_the_edge(front, PLATFORM_KEY) as platform,
        a_furnished_tenant(front, platform, TENANT) as (admin, _),
    ):
        yield admin


def _questions(operation: Any) -> list[Any]:
    """As many as are asked for, the same each time unless one looks longer."""
    found: list[Any] = []

    @settings(
        max_examples=TIMES,
        derandomize=TIMES < 10,  # a short look repeats itself
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


@pytest.mark.parametrize(
    "operation", [pytest.param(each, id=f"{each.method} {each.path}") for each in OPERATIONS]
)
async def test_no_question_of_the_document_breaks_a_server(thrower: Caller, operation: Any) -> None:
    broken = []
    for case in _questions(operation):
        request = case.as_transport_kwargs(base_url="http://edge")
        path = request["url"].removeprefix("http://edge")
        asked = {k: request[k] for k in ("json", "params", "data") if request.get(k)}
        if isinstance(asked.get("data"), bytes):
            asked["content"] = asked.pop("data")
        try:
            answer = await thrower.http.request(request["method"], path, **asked)
        except (UnicodeError, ValueError, TypeError):
            continue  # what no client can write
        if answer.status_code in _BROKEN or "Traceback" in answer.text:
            broken.append((answer.status_code, answer.text, path, asked))

    assert broken == []
