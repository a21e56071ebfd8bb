"""A tenant is furnished room by room, through the edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.api import Refused
from cli.options import open_api
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.journeys.scene import Scene

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
