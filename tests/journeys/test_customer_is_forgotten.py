"""A customer wants a copy of everything, and then to be forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import httpx2
import redis.asyncio as redis

from cli.demo_tenant import tenant
from tests.conftest import cassava
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp

if TYPE_CHECKING:
    from typing import Any

    from tests.journeys.scene import Scene

_TABLES = """
SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('tickets', 'classifier', 'responder', 'analytics')
"""


async def test_an_erased_customer_is_in_no_table_no_cache_and_no_log_and_stays_out(
    scene: Scene, tmp_path: Path
) -> None:
    canary = f"quux{fresh()}"
    phone, hook = whatsapp(f"Does the {canary} fit a left-handed teapot?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")
    await eventually(lambda: _said_to_be_unanswered(scene, canary))
    customer_id, before = conversation["customer_id"], await _figures(scene)

    file = str(tmp_path / "copy.jsonl")
    edge = ("--tenant", tenant.TENANT_ID, "--edge", scene.mesh["edge"])
    cassava("customer", "export", customer_id, file, *edge, cwd=tmp_path)
    copy = _text(Path(file))
    said = json.loads(
        cassava("customer", "erase", customer_id, "--yes", "--json", *edge, cwd=tmp_path)
    )

    assert canary in copy
    assert (said["state"], said["removed"]["unanswered_questions"]) == ("STATE_DONE", "1")
    assert await _figures(scene) == before
    assert (await scene.post(hook)).status_code == httpx2.codes.OK
    assert await _traces(scene.mesh, phone, canary) == []
    path = f"/api/v1/customers/{customer_id}"
    assert (await scene.http.get(path)).status_code == httpx2.codes.NOT_FOUND


async def _said_to_be_unanswered(scene: Scene, canary: str) -> bool:
    answer = await scene.api.call("GET", f"{DEMO}/unanswered_questions")
    return canary in json.dumps(answer)


async def _figures(scene: Scene) -> dict[str, Any]:
    """Those that a customer's messages make."""
    said = await scene.dashboard()
    return {name: said[name]["total"] for name in ("conversations",)} | {
        "received": said["messages"]["received"]
    }


async def _traces(mesh: dict[str, Any], *canaries: str) -> list[str]:
    """Where one of these is left: as text, as bytes in a table, in Valkey, in a log."""
    found: list[str] = []
    connection = await asyncpg.connect(mesh["database_url"])
    for table in await connection.fetch(_TABLES):
        rows = await connection.fetch(f"SELECT x::text AS row FROM {table['name']} x")  # noqa: S608  # a catalog's name
        text = "".join(row["row"] for row in rows)
        found += [table["name"] for c in canaries if c in text or c.encode().hex() in text]
    await connection.close()
    async with redis.from_url(mesh["redis_url"]) as valkey:
        async for key in valkey.scan_iter():
            dump = await valkey.dump(key) or b""
            found += [key.decode() for c in canaries if c.encode() in key + dump]
    return found + _in_logs(Path(mesh["data"]), *canaries)


def _in_logs(data: Path, *canaries: str) -> list[str]:
    logs = list(data.rglob("*.log"))
    assert logs
    return [log.name for log in logs if any(each in _text(log) for each in canaries)]


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")
