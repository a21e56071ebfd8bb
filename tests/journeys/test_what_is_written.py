"""SJ: what operators read, after somebody outside wrote what would deceive or fill it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.journeys.scene import eventually, fresh, whatsapp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.scene import Scene

_LONGEST_LINE = 4096


def lines_of(mesh: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each log's name and line; Envoy's access log is one of them."""
    for log in Path(mesh["data"]).rglob("*.log"):
        for line in log.read_text("utf-8", errors="replace").split("\n"):
            yield log.stem, line


async def written(scene: Scene, canary: str) -> list[str]:
    """The lines that hold it, once the edge and a service have said something."""

    async def both() -> list[str]:
        found = [(log, line) for log, line in lines_of(scene.mesh) if canary in line]
        is_said = {"envoy"} < {log for log, _ in found}
        return [line for _, line in found] if is_said else []

    return await eventually(both)


@pytest.mark.parametrize(
    "said",
    [
        '{"level":"error"}',
        "${jndi:ldap://x}",
        "%0d%0aset-cookie: x",
        "\\x1b[31m",
        '","level":"error',
    ],
)
async def test_sj_01_what_somebody_wrote_is_one_line_and_escaped(scene: Scene, said: str) -> None:
    canary = f"sj01-{fresh()}"
    asked = {"x-request-id": f"{canary}{said}"}
    text = f'{canary}-text\n{{"level":"error"}}\x1b[31m\r\nset-cookie: x'

    await scene.post(whatsapp(text)[1])
    await scene.http.get("/api/v1/conversations/not-a-uuid", headers=asked)

    found = await written(scene, canary)
    for line in found:
        assert json.loads(line)["request_id"] == f"{canary}{said}"
    assert not any(f"{canary}-text" in line for line in found)


async def test_sj_02_no_line_is_as_long_as_what_somebody_wrote(scene: Scene) -> None:
    canary, much = f"sj02-{fresh()}", "x" * 3000
    long = {"x-request-id": canary + much, "traceparent": much, "user-agent": much}

    await scene.http.get(f"/api/v1/conversations/{canary}{much}", headers=long)

    assert max(map(len, await written(scene, canary))) < _LONGEST_LINE


async def test_sj_03_no_figure_names_a_tenant_or_a_customer(scene: Scene) -> None:
    phone, hook = whatsapp("How long does a refund take?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")

    scraped = await _scraped(scene.mesh)

    assert "grpc_server_handled_total" in scraped
    assert "envoy_cluster" in scraped
    for name in (phone, conversation["id"], conversation["customer_id"], '"demo"', "Amina"):
        assert name not in scraped


async def _scraped(mesh: dict[str, Any]) -> str:
    """What each process tells Prometheus, Envoy too."""
    ops = {each["name"]: each["ops"] for each in mesh["processes"] if each["ops"]}
    paths = {"envoy": "/stats/prometheus"}
    pages = [f"http://{at}{paths.get(name, '/metrics')}" for name, at in ops.items()]
    async with httpx2.AsyncClient() as http:
        answers = [await http.get(each) for each in pages]
    assert {each.status_code for each in answers} == {200}
    return "".join(each.text for each in answers)
