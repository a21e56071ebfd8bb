"""A customer writes; one answer comes back, and everybody who watches sees it."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import hmac
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from standardwebhooks.webhooks import Webhook as StandardWebhook
from websockets.asyncio.client import connect

from cli import webhooks
from cli.demo_tenant import tenant
from tests.journeys import scene as scenes
from tests.journeys.scene import eventually, fresh, whatsapp

if TYPE_CHECKING:
    from tests.journeys.scene import Scene

QUESTION = "How long does it take until a refund is on my card?"
DASHBOARD_SECONDS = 3.0
REPEATS = 50
SETTLE_SECONDS = 2.0


async def test_a_whatsapp_message_is_stored_and_its_answer_is_sent(scene: Scene) -> None:
    phone, hook = whatsapp(QUESTION)

    answer = await scene.post(hook)

    assert answer.status_code == 200
    conversation = await scene.conversation_of(phone)
    (reply,) = await scene.sent(conversation["id"], "AUTHOR_BOT")
    (message,) = await scene.messages(conversation["id"], "AUTHOR_CUSTOMER")
    assert message["text"] == QUESTION
    assert message["classification"]["intent"]
    assert reply["text"]
    assert reply["outcome"]["tier"] == "TIER_KNOWLEDGE"


async def test_the_dashboard_counts_a_message_and_its_reply_within_three_seconds(
    scene: Scene,
) -> None:
    before = (await scene.dashboard())["messages"]
    phone, hook = whatsapp(QUESTION)

    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")

    async def counted() -> bool:
        now = (await scene.dashboard())["messages"]
        return bool(now["received"] > before["received"] and now["sent"] > before["sent"])

    assert await eventually(counted, seconds=DASHBOARD_SECONDS)


async def test_the_conversation_stands_in_the_exported_file(scene: Scene) -> None:
    phone, hook = whatsapp(QUESTION)

    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    await scene.sent(conversation["id"], "AUTHOR_BOT")

    async def exported() -> list[dict[str, str]]:
        file = await scene.http.get("/api/v1/analytics/export.csv", params={"days": 1})
        assert file.headers["content-type"].startswith("text/csv")
        rows = csv.DictReader(io.StringIO(file.text))
        return [row for row in rows if row["conversation_id"] == conversation["id"]]

    (row,) = await eventually(exported)
    assert row["channel"] == "whatsapp"
    assert row["ai_answers"] == "1"


async def test_a_turn_is_seen_live_over_sse_and_websocket_alike(scene: Scene) -> None:
    address = scene.mesh["edge"].replace("http://", "ws://", 1)
    phone, hook = whatsapp(QUESTION)

    async with scene.events() as over_sse, connect(f"{address}{scenes.DEMO}/live") as socket:
        await scene.post(hook)
        conversation = await scene.conversation_of(phone)

        async def sent_over_sse() -> bool:
            return "message.sent" in _types(over_sse, conversation["id"])

        over_websocket = await _until_sent(socket, conversation["id"])
        await eventually(sent_over_sse)

    ours = [each for each in over_sse if each.get("conversation_id") == conversation["id"]]
    assert [each["id"] for each in over_websocket] == [
        each["id"] for each in ours[: len(over_websocket)]
    ]
    assert {"message.received", "turn.completed", "message.sent"} <= {each["type"] for each in ours}
    assert all(each["position"] == f"{each['epoch']}.{each['sequence']}" for each in ours)


async def test_the_same_body_fifty_times_at_once_is_answered_once(scene: Scene) -> None:
    phone, hook = whatsapp("My kettle arrived broken, there is glass everywhere and I am furious!")

    async with scene.events() as seen:
        answers = await asyncio.gather(*(scene.post(hook) for _ in range(REPEATS)))
        conversation = await scene.conversation_of(phone)
        replies = await scene.sent(conversation["id"], "AUTHOR_BOT")
        await asyncio.sleep(SETTLE_SECONDS)  # a second answer would come about now

    assert {answer.status_code for answer in answers} == {200}
    assert len(await scene.messages(conversation["id"], "AUTHOR_CUSTOMER")) == 1
    assert len(await scene.messages(conversation["id"], "AUTHOR_BOT")) == len(replies) == 1
    assert len(await scene.tickets(conversation["id"])) <= 1
    types = _types(seen, conversation["id"])
    assert types.count("turn.completed") == types.count("message.sent") == 1


async def test_a_telegram_update_is_answered(scene: Scene) -> None:
    person = fresh()

    answer = await scene.post(webhooks.telegram(person, "Joseph", QUESTION, person))

    assert answer.status_code == 200
    conversation = await scene.conversation_of(str(person))
    assert conversation["channel"] == "CHANNEL_KIND_TELEGRAM"
    assert len(await scene.sent(conversation["id"], "AUTHOR_BOT")) == 1


async def test_a_body_signed_by_the_standard_webhooks_library_is_answered(scene: Scene) -> None:
    alias = f"customer-{fresh()}"
    hook = _standard({"type": "message.received", "data": {"customer_id": alias, "text": QUESTION}})

    answer = await scene.post(hook)

    assert answer.status_code == 200
    conversation = await scene.conversation_of(alias)
    assert conversation["channel"] == "CHANNEL_KIND_CUSTOM"
    assert len(await scene.sent(conversation["id"], "AUTHOR_BOT")) == 1


async def test_a_wrong_signature_and_an_unknown_account_are_the_same_answer(scene: Scene) -> None:
    _, genuine = whatsapp(QUESTION)
    forged = _signed(genuine.body, "not-the-app-secret")
    stranger = genuine.body.replace(tenant.PHONE_NUMBER_ID.encode(), b"999999999999999")
    unknown_channel = webhooks.custom("c1", "Marta", QUESTION, f"msg_{fresh()}")
    nowhere = f"{unknown_channel.path[:-12]}000000000000"

    answers = [
        await scene.post(forged),
        await scene.post(replace(genuine, headers={"content-type": "application/json"})),
        await scene.post(_signed(stranger, tenant.APP_SECRET)),
        await scene.post(replace(unknown_channel, path=nowhere)),
        await scene.post(replace(unknown_channel, body=unknown_channel.body + b" ")),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


async def test_a_body_that_is_too_large_is_refused_as_that(scene: Scene) -> None:
    hook = webhooks.custom("c1", "Marta", "x" * 300_000, f"msg_{fresh()}")

    answer = await scene.post(hook)

    assert answer.status_code == 413


async def test_what_cannot_be_read_is_kept_with_its_bytes(scene: Scene) -> None:
    raw = f"this is no JSON, number {fresh()}: \\x00\xff{{".encode("latin-1")

    answer = await scene.post(_signed(raw, tenant.APP_SECRET))

    assert answer.status_code == 200
    path = f"{scenes.DEMO}/dead_letters"

    async def kept() -> list[bytes]:
        listed = [letter async for letter in scene.api.every(path, "dead_letters")]
        return [stored for each in listed if (stored := await _raw(scene, each["id"])) == raw]

    assert await eventually(kept) == [raw]


async def _raw(scene: Scene, letter_id: str) -> bytes:
    answer = await scene.api.call("GET", f"{scenes.DEMO}/dead_letters/{letter_id}")
    return base64.b64decode(answer["dead_letter"]["raw"])


async def _until_sent(socket: Any, conversation_id: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        async for text in socket:
            event = json.loads(text)
            if event.get("conversation_id") == conversation_id:
                seen.append(event)
            if event["type"] == "message.sent" and event in seen:
                return seen
    raise AssertionError("the stream ended before the reply was sent")


def _types(seen: list[dict[str, Any]], conversation_id: str) -> list[str]:
    return [each["type"] for each in seen if each.get("conversation_id") == conversation_id]


def _signed(body: bytes, app_secret: str) -> webhooks.Webhook:
    signature = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
    return webhooks.Webhook("/api/v1/webhooks/whatsapp", body, headers)


def _standard(said: dict[str, Any]) -> webhooks.Webhook:
    """By the vendor's own library, so that both ends cannot share one mistake."""
    body, message_id = json.dumps(said), f"msg_{fresh()}"
    now = datetime.now(tz=UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": StandardWebhook(tenant.SIGNING_SECRET).sign(message_id, now, body),
    }
    path = f"/api/v1/webhooks/custom/{tenant.stable_id('channel/custom')}"
    return webhooks.Webhook(path, body.encode(), headers)
