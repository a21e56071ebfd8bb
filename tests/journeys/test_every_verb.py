"""The verbs of the contract, through the edge: a tenant is furnished room by room, and no verb of
the OpenAPI document is without a journey.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli import webhooks
from cli.api import Refused
from cli.demo_tenant import tenant as demo
from cli.options import open_api
from tests.conftest import cassava
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp
from tests.journeys.verbs import JOURNEYS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.journeys.scene import Scene

HERE = Path(__file__).parent
DOCUMENT = json.loads((HERE.parents[1] / "protos/gen/openapi.json").read_text(encoding="utf-8"))
QUESTION = "Do you lend out ladders?"


class Tenant:
    """A new one at the edge, seen by the platform."""

    def __init__(self, api: Any, tenant_id: str) -> None:
        self.id = tenant_id
        self.path = f"/api/v1/tenants/{tenant_id}"
        self._api = api

    async def do(self, method: str, what: str, body: Any = None, **query: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self._api.call(
            method, f"{self.path}{what}", body, query=query
        )
        return answer

    async def one(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        """The thing that the answer holds."""
        (thing,) = (await self.do(method, what, body)).values()
        return dict(thing)


@pytest.fixture
async def tenant(mesh: dict[str, Any]) -> AsyncIterator[Tenant]:
    async with open_api(mesh["edge"], data=Path(mesh["data"])) as api:
        name = f"verbs-{fresh()}"
        await api.call("POST", "/api/v1/tenants", {"id": name, "name": "Ladders"})
        yield Tenant(api, name)


async def test_a_tenant_has_keys_channels_and_an_end(tenant: Tenant, scene: Scene) -> None:
    made = await tenant.one("GET", "")
    renamed = await tenant.one("PATCH", "", {"name": "Ladders & Co"})
    key = await tenant.do("POST", "/keys", {"role": "CALLER_ADMIN", "name": "till"})
    token = await tenant.do("POST", "/live_tokens", {})
    channel = await tenant.one("POST", "/channels", {"kind": "CHANNEL_KIND_CUSTOM", "name": "Till"})
    at = f"/channels/{channel['id']}"
    paused = await tenant.one("PATCH", at, {"state": "STATE_PAUSED"})
    read = await tenant.one("GET", at)
    channels = (await tenant.do("GET", "/channels"))["channels"]
    keys = (await tenant.do("GET", "/keys"))["keys"]
    await tenant.do("POST", f"/keys/{key['key']['id']}:revoke", {})
    audit = (await tenant.do("GET", "/audit_log"))["entries"]
    ended = await tenant.one("POST", ":archive", {})
    listed = [each async for each in tenant._api.every("/api/v1/tenants", "tenants")]

    assert (made["name"], renamed["name"]) == ("Ladders", "Ladders & Co")
    assert (paused["state"], read["state"]) == ("STATE_PAUSED", "STATE_PAUSED")
    assert channel["id"] in [each["id"] for each in channels]
    assert [each["name"] for each in keys] == ["till"]
    assert token["token"]
    assert {"key.created", "key.revoked", "channel.created"} <= {each["action"] for each in audit}
    assert ended["state"] == "STATE_ARCHIVED"
    assert tenant.id in [each["id"] for each in listed]


async def test_articles_are_written_found_proposed_and_taken_away(tenant: Tenant) -> None:
    body = "We lend out ladders for a day. A day costs four euros. Bring it back by six."
    article = await tenant.one("POST", "/articles", {"title": "Ladders", "body": body})
    at = f"/articles/{article['id']}"
    published = await tenant.one("PATCH", at, {"status": "STATUS_PUBLISHED"})

    async def found() -> list[dict[str, Any]]:
        answer = await tenant.do("GET", "/articles:search", query=QUESTION)
        return list(answer.get("passages", []))

    passages = await eventually(found)
    reply = (await tenant.do("POST", "/replies", {"messages": [QUESTION]}))["outcome"]
    said = [
        {"speaker": "SPEAKER_CUSTOMER", "text": "When must the ladder be back?"},
        {"speaker": "SPEAKER_PERSON", "text": "By six in the evening of the same day."},
    ]
    proposed = await tenant.do("POST", "/articles:propose", {"conversation": said})
    listed = (await tenant.do("GET", "/articles"))["articles"]
    read = await tenant.one("GET", at)
    await tenant.do("DELETE", at)

    assert published["status"] == read["status"] == "STATUS_PUBLISHED"
    assert passages[0]["article_id"] == article["id"]
    assert (reply["tier"], reply["sources"][0]["title"]) == ("TIER_KNOWLEDGE", "Ladders")
    assert proposed
    assert article["id"] in [each["id"] for each in listed]
    assert not await found()


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


async def test_intents_are_taught_tried_and_trained_until_somebody_cancels(tenant: Tenant) -> None:
    texts = {
        "ladders": ["may I borrow a ladder", "is a ladder free today", "lend me a tall ladder"],
        "drills": ["may I borrow a drill", "is a drill free today", "lend me a strong drill"],
    }
    taught = [{"intent": name, "text": each} for name, said in texts.items() for each in said]
    added = await tenant.do("POST", "/intents", {"examples": taught})
    corrected = {"intent": "drills", "text": "the machine that makes holes, can I have it"}
    await tenant.do("POST", "/intents:correct", {"example": corrected})
    examples = (await tenant.do("GET", "/intents:examples", intent="drills"))["examples"]
    (hole,) = [each["id"] for each in examples if each.get("correction")]
    wanted = {**corrected, "intent": "ladders"}
    moved = await tenant.one("PATCH", f"/examples/{hole}", wanted)
    await tenant.do("DELETE", f"/examples/{hole}")

    training = await tenant.one("POST", "/trainings", {})
    at = f"/trainings/{training['id']}"
    cancelled = await tenant.one("POST", f"{at}:cancel", {})
    seen = await tenant.one("GET", at)
    trainings = (await tenant.do("GET", "/trainings"))["trainings"]
    models = (await tenant.do("GET", "/models")).get("models", [])
    unknown = [
        await refusal(tenant, "GET", "/models/99"),
        await refusal(tenant, "POST", "/models/99:publish", {}),
    ]

    text = "I want my money back"
    label = (await tenant.do("POST", "/intents:classify", {"messages": [text]}))["classification"]
    labels = await tenant.do("POST", "/intents:classifyBatch", {"texts": [text]})
    why = await tenant.do("POST", "/intents:explain", {"text": text})
    more = await tenant.do("POST", "/intents:suggest", {"texts": [text, "rent a ladder", "hello"]})
    candidates = [{"intent": name, "confidence": 0.4} for name in texts]
    asked = {"messages": [text], "candidates": candidates}
    chosen = await tenant.do("POST", "/intents:choose", asked)
    await tenant.do("DELETE", "/intents/drills")
    left = [each["name"] for each in (await tenant.do("GET", "/intents"))["intents"]]

    assert added["examples_added"] == len(taught)
    assert moved["intent"] == "ladders"
    assert cancelled["id"] == seen["id"] == trainings[0]["id"] == training["id"]
    assert (models, unknown) == ([], [(404, "MODEL_NOT_FOUND")] * 2)
    assert (
        label["intent"]
        == labels["classifications"][0]["intent"]
        == why["intent"]
        == "refund_request"
    )
    assert "suggestions" in more
    assert chosen["reason"]  # without a model nobody chooses, and says so
    assert "drills" not in left


async def refusal(tenant: Tenant, method: str, what: str, body: Any = None) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        await tenant.do(method, what, body)
    return refused.value.status, refused.value.reason


async def test_an_endpoint_is_told_turned_over_and_taken_away(scene: Scene) -> None:
    said = {"url": "https://127.0.0.1:9/hook", "types": ["message.received"]}
    with pytest.raises(Refused):
        await scene.api.call("POST", f"{DEMO}/endpoints", said)
    said["url"] = "https://hooks.example.com/cassava"
    endpoint = (await scene.api.call("POST", f"{DEMO}/endpoints", said))["endpoint"]
    at = f"{DEMO}/endpoints/{endpoint['id']}"
    secret = (await scene.api.call("GET", f"{at}/secret"))["secret"]
    await scene.api.call("POST", f"{at}:rotate_secret", {"keep_old_for": "0s"})
    another = (await scene.api.call("GET", f"{at}/secret"))["secret"]
    await scene.post(whatsapp("Is somebody there?")[1])

    async def queued() -> list[dict[str, Any]]:
        answer = await scene.api.call("GET", f"{at}/deliveries")
        return list(answer.get("deliveries", []))

    delivery = (await eventually(queued))[0]
    one = (await scene.api.call("GET", f"{at}/deliveries/{delivery['id']}"))["delivery"]
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    replayed = await scene.api.call("POST", f"{at}:replay", {"start_time": since})
    changed = (await scene.api.call("PATCH", at, {"state": "STATE_DISABLED"}))["endpoint"]
    read = (await scene.api.call("GET", at))["endpoint"]
    listed = (await scene.api.call("GET", f"{DEMO}/endpoints"))["endpoints"]
    await scene.api.call("DELETE", at)
    with pytest.raises(Refused) as gone:
        await scene.api.call("GET", at)

    assert secret.startswith("whsec_")
    assert secret != another
    assert (one["event_type"], delivery["endpoint_id"]) == ("message.received", endpoint["id"])
    assert "replayed" in replayed
    assert changed["state"] == read["state"] == "STATE_DISABLED"
    assert endpoint["id"] in [each["id"] for each in listed]
    assert gone.value.reason == "ENDPOINT_NOT_FOUND"


async def test_a_shadow_needs_a_model_and_is_none_without(tenant: Tenant) -> None:
    wanted = {"tier": "TIER_OLLAMA", "model": "tiny", "share": 1.0}

    with pytest.raises(Refused) as refused:
        await tenant.do("POST", "/shadow", wanted)
    stopped = await tenant.do("POST", "/shadow:stop", {})
    compared = await tenant.do("GET", "/shadow:compare")
    pairs = await tenant.do("GET", "/shadow/pairs")

    assert (refused.value.reason, "shadow.tier" in str(refused.value)) == ("INVALID_INPUT", True)
    assert (stopped, "shadow" in compared, pairs.get("pairs", [])) == ({}, False, [])


async def test_a_letter_is_read_again_on_demand(scene: Scene) -> None:
    raw = b"{" + str(fresh()).encode()
    hook = webhooks.whatsapp("254700000000", "Amina", "Hello", f"wamid.journey.{fresh()}")
    signature = hmac.new(demo.APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    signed = {**hook.headers, "x-hub-signature-256": f"sha256={signature}"}
    await scene.post(replace(hook, body=raw, headers=signed))

    async def kept() -> dict[str, Any]:
        for each in (await scene.api.call("GET", f"{DEMO}/dead_letters")).get("dead_letters", []):
            read = await scene.api.call("GET", f"{DEMO}/dead_letters/{each['id']}")
            if base64.b64decode(read["dead_letter"]["raw"]) == raw:
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
