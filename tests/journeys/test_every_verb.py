"""No verb of the contract is without a journey through the edge; those that no other story has."""

from __future__ import annotations

import ast
import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli import webhooks
from cli.api import Refused
from cli.demo_tenant import tenant as demo
from cli.options import open_api
from tests.conftest import cassava
from tests.journeys.scene import DEMO, eventually, fresh, unreadable, whatsapp
from tests.journeys.verbs import JOURNEYS

if TYPE_CHECKING:
    from tests.journeys.scene import Scene

HERE = Path(__file__).parent
DOCUMENT = json.loads((HERE.parents[1] / "protos/gen/openapi.json").read_text(encoding="utf-8"))


async def test_what_no_article_answered_is_listed_until_somebody_dismisses_it(scene: Scene) -> None:
    phone, hook = whatsapp("Do your shops have a climbing wall for my hamster?")
    await scene.post(hook)
    await scene.conversation_of(phone)

    async def listed() -> list[dict[str, Any]]:
        answer = await scene.api.call("GET", f"{DEMO}/unanswered_questions")
        return [each for each in answer.get("questions", []) if "hamster" in each["question"]]

    (question,) = await eventually(listed)
    at = f"{DEMO}/unanswered_questions/{question['id']}"
    await scene.api.call("POST", f"{at}:dismiss", {})

    assert not await listed()


async def test_a_letter_is_read_again_on_demand(scene: Scene) -> None:
    hook = unreadable()
    await scene.post(hook)

    async def kept() -> dict[str, Any]:
        for each in (await scene.api.call("GET", f"{DEMO}/dead_letters")).get("dead_letters", []):
            read = await scene.api.call("GET", f"{DEMO}/dead_letters/{each['id']}")
            if base64.b64decode(read["dead_letter"]["raw"]) == hook.body:
                return dict(each)
        return {}

    letter = await eventually(kept)
    at = f"{DEMO}/dead_letters/{letter['id']}:replay"
    replayed = (await scene.api.call("POST", at, {}))["dead_letter"]

    assert replayed["id"] == letter["id"]


async def test_a_customer_is_exported_and_erased_over_rest(scene: Scene) -> None:
    phone, hook = whatsapp(f"My name is Canary{fresh()}")
    await scene.post(hook)
    customer = f"/api/v1/customers/{(await scene.conversation_of(phone))['customer_id']}"

    got = await scene.http.get(f"{customer}:export")
    posted = await scene.http.post(f"{customer}:export", json={})
    erased = (await scene.api.call("POST", f"{customer}:erase", {}))["erasure"]
    seen = (await scene.api.call("GET", f"{customer}/erasure"))["erasure"]
    with pytest.raises(Refused) as gone:
        await scene.api.call("GET", customer)

    assert "Canary" in got.text
    assert got.text.splitlines()[-1] == posted.text.splitlines()[-1]
    assert int(erased["removed"]["messages"]) >= 1
    assert seen["start_time"] == erased["start_time"]
    assert gone.value.reason == "CUSTOMER_NOT_FOUND"


async def test_figures_are_counted_again_and_stay_what_they_were(
    scene: Scene, tmp_path: Path
) -> None:
    before = (await scene.dashboard())["conversations"]
    (tmp_path / ".cassava").symlink_to(scene.mesh["data"])

    said = cassava("analytics", "rebuild", "--tenant", "demo", cwd=tmp_path)
    await scene.api.call("POST", "/api/v1/analytics/figures:rebuild", {})

    assert "counting" in said
    after = (await scene.dashboard())["conversations"]
    assert after["total"] >= before["total"]


async def test_a_console_signs_in_and_out(scene: Scene) -> None:
    api = open_api(scene.mesh["edge"], data=Path(scene.mesh["data"]))
    async with api:
        made = await api.call("POST", f"{DEMO}/keys", {"role": "CALLER_VIEWER", "name": "console"})
    console = {"x-console": "1"}

    said = await scene.http.post("/api/v1/session", json={"key": made["secret"]}, headers=console)
    seen = await scene.http.get("/api/v1/session", headers=console)
    left = await scene.http.delete("/api/v1/session", headers=console)

    assert (said.json()["role"], seen.json()["role"]) == ("viewer", "viewer")
    assert not left.json().get("signed_in")


async def test_no_provider_is_asked_about_a_sandbox(scene: Scene) -> None:
    channels = (await scene.api.call("GET", f"{DEMO}/channels"))["channels"]
    bot = next(each for each in channels if each["kind"] == "CHANNEL_KIND_TELEGRAM")

    said = await scene.api.call("GET", f"{DEMO}/channels/{bot['id']}/webhook")

    assert (said["state"], said["reason"]) == ("not_asked", "sandbox")


async def test_what_a_desk_is_made_of_is_read_one_by_one(scene: Scene) -> None:
    rooms = {
        f"{DEMO}/calendars": "calendars",
        f"{DEMO}/sla_policies": "policies",
        f"{DEMO}/teams": "teams",
        "/api/v1/tickets": "tickets",
        "/api/v1/customers": "customers",
    }
    await scene.conversation_of(await asks_for_a_person(scene))

    for path, things in rooms.items():

        async def listed(path: str = path, things: str = things) -> list[dict[str, Any]]:
            return list((await scene.api.call("GET", path)).get(things, []))

        first = (await eventually(listed))[0]
        (read,) = (await scene.api.call("GET", f"{path}/{first['id']}")).values()
        assert (path, read["id"]) == (path, first["id"])


async def asks_for_a_person(scene: Scene) -> str:
    phone, hook = whatsapp("I want to talk to a human")
    await scene.post(hook)
    return phone


async def test_providers_shake_hands_and_are_told_how_we_are(scene: Scene) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": demo.VERIFY_TOKEN, "hub.challenge": "42"}
    shaken = await scene.http.get("/api/v1/webhooks/whatsapp", params=asked)
    person, bot = fresh(), demo.stable_id("channel/telegram")
    update = webhooks.telegram(person, "Joseph", "Hello", person)
    told = await scene.post(replace(update, path=f"/api/v1/webhooks/telegram/{bot}"))
    tried = {"message": "I need help with billing", "customer_id": f"c{person}", "channel": "test"}
    answer = await scene.api.call("POST", "/api/v1/test/test", tried)
    with pytest.raises(Refused) as refused:  # words alone have no file
        await scene.api.call("GET", f"/api/v1/messages/{answer['message_id']}/attachments/0")
    health = [await scene.http.get(f"/health{each}") for each in ("", "/live", "/ready")]

    assert (shaken.text, told.status_code) == ("42", 200)
    assert (await scene.conversation_of(str(person)))["channel"] == "CHANNEL_KIND_TELEGRAM"
    assert answer["classification"]["intent"]
    assert refused.value.status == 404
    assert [each.status_code for each in health] == [200, 200, 200]


def test_every_verb_of_the_contract_has_a_journey_that_says_it() -> None:
    verbs = {
        operation["operationId"]: (method.upper(), path)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "patch", "put", "delete"}
    }
    named = {verb: test for test, said in JOURNEYS.items() for verb in said.split()}

    assert set(verbs) == set(named)
    for verb, test in named.items():
        method, path = verbs[verb]
        words = source_of(test)
        assert last_word(path) in words, (verb, test)
        assert method in {"GET", "POST"} or method in words.upper(), (verb, test)


def last_word(path: str) -> str:
    """What a caller has to spell out: the end of a path that is no name of a thing."""
    words: list[str] = re.findall(r"[a-z_A-Z.]+", re.sub(r"{\w+}", "", path))
    return words[-1]


def source_of(test: str) -> str:
    """The journey's own words, and those of its file's helpers that it calls."""
    file, _, name = test.partition("::")
    text = (HERE / file).read_text(encoding="utf-8")
    shared = (HERE / "scene.py").read_text(encoding="utf-8")
    parts = {
        node.name: ast.get_source_segment(source, node) or ""
        for source in (shared, text)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    calls = set(re.findall(r"\b(\w+)\(", parts[name]))
    return "\n".join(parts[each] for each in {name} | (calls & set(parts)))
