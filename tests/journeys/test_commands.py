"""What an operator does by command: who answers, where events go, what could not be read."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.demo_tenant import tenant as demo
from tests.conftest import cassava
from tests.journeys.scene import eventually, fresh, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journeys.scene import Scene


@pytest.fixture
def command(scene: Scene, tmp_path: Path) -> Callable[..., str]:
    """`cassava` with these words, of the demo tenant."""
    where = ("--tenant", demo.TENANT_ID, "--edge", scene.mesh["edge"])
    return lambda *words: cassava(*words, *where, cwd=tmp_path)


def test_somebody_joins_the_desk_and_leaves_it(command: Callable[..., str]) -> None:
    name = f"Zawadi {fresh()}"

    agent_id = command("agent", "create", name, "--skill", "sw", "--skill", "fraud").strip()
    (joined,) = [
        each for each in json.loads(command("agent", "list", "--json")) if each["id"] == agent_id
    ]
    shown = command("agent", "list")
    command("agent", "archive", agent_id)

    assert (joined["name"], joined["skills"]) == (name, ["sw", "fraud"])
    assert "presence" in shown
    assert _one(command("agent", "list", "--json"), agent_id).get("state") == "STATE_ARCHIVED"


def test_events_are_sent_somewhere_and_no_more(command: Callable[..., str]) -> None:
    url = f"https://hooks.example.com/{fresh()}"

    endpoint_id = command("endpoint", "create", url, "--event", "ticket.opened").strip()
    (made,) = [
        each
        for each in json.loads(command("endpoint", "list", "--json"))
        if each["id"] == endpoint_id
    ]
    secret = command("endpoint", "secret", endpoint_id)
    sent = json.loads(command("endpoint", "deliveries", endpoint_id, "--json"))
    replayed = command("endpoint", "replay", endpoint_id, "--since", "2026-01-01T00:00:00Z")
    again = json.loads(command("endpoint", "deliveries", endpoint_id, "--json"))
    command("endpoint", "delete", endpoint_id)

    assert (made["url"], made["types"]) == (url, ["ticket.opened"])
    assert (secret[:6], sent) == ("whsec_", [])
    assert int(replayed.split()[0]) == len(again)  # of the tickets that others have opened here
    assert url not in command("endpoint", "list", "--json")


async def test_what_could_not_be_read_is_shown_and_read_again(
    scene: Scene, command: Callable[..., str]
) -> None:
    hook = unreadable()
    await scene.post(hook)

    async def kept() -> dict[str, Any]:
        for each in json.loads(command("deadletter", "list", "--json")):
            letter: dict[str, Any] = json.loads(command("deadletter", "show", each["id"]))
            if base64.b64decode(letter["raw"]) == hook.body:
                return letter
        return {}

    letter = await eventually(kept)
    said = command("deadletter", "replay", letter["id"])

    assert letter["reason"]
    assert letter["id"] in said
    assert "reason" in command("deadletter", "list")


async def test_an_article_that_somebody_wrote_by_hand_is_changed_by_an_import(
    scene: Scene, command: Callable[..., str], tmp_path: Path
) -> None:
    """Of one slug and language there is one, whoever made it."""
    slug = f"by-hand-{fresh()}"
    folder = "/api/v1/tenants/demo/articles"
    said = {"title": "By hand", "body": "Old words.", "slug": slug}
    made = (await scene.http.post(folder, json=said)).json()["article"]
    second = await scene.http.post(folder, json=said)
    (file := tmp_path / "new.md").write_text(f"---\ntitle: New\nslug: {slug}\n---\nNew words.\n")

    told = [command("knowledge", "import", str(file)) for _ in range(2)]

    assert (second.status_code, made["id"] in second.json()["message"]) == (400, True)
    assert [each.strip() for each in told] == ["1 article, 1 written", "1 article, 0 written"]
    now = (await scene.http.get(f"{folder}/{made['id']}")).json()["article"]
    assert (now["title"], now["body"].strip()) == ("New", "New words.")


def test_every_command_finds_a_mesh_by_where_it_keeps_its_data(
    scene: Scene, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"CASSAVA_DATA={scene.mesh['data']}\n")

    tenants = json.loads(cassava("tenant", "list", "--json", cwd=tmp_path))
    channels = json.loads(cassava("channel", "list", "--tenant", "demo", "--json", cwd=tmp_path))
    status = json.loads(cassava("status", "--json", cwd=tmp_path))

    assert "demo" in {each["id"] for each in tenants}
    assert channels
    assert status["edge"] == scene.mesh["edge"]


def _one(listed: str, wanted: str) -> dict[str, Any]:
    (found,) = [each for each in json.loads(listed) if each["id"] == wanted]
    return dict(found)
