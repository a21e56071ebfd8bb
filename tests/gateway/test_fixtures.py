"""Real bodies, as providers send them, through the real edge: taken, and hardly one unread."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.bodies import BUSINESS_ID, NUMBER_ID, meta_signature, wire
from tests.gateway.record import Record

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures"
WHATSAPP = sorted((FIXTURES / "whatsapp").glob("*.json"))
TELEGRAM = sorted((FIXTURES / "telegram").glob("*.json"))
MISSING = "channel fixtures not found at ../shared/fixtures"


def ours(body: Any) -> Any:
    """The same body for the test's account."""
    for entry in body["entry"]:
        entry["id"] = BUSINESS_ID
        for change in entry["changes"]:
            if "metadata" in change["value"]:
                change["value"]["metadata"]["phone_number_id"] = NUMBER_ID
    return body


def unread(record: Record) -> list[str]:
    items = record.items.values()
    return [item.unreadable.reason for item in items if item.HasField("unreadable")]


@pytest.mark.skipif(not WHATSAPP, reason=MISSING)
async def test_every_whatsapp_body_is_taken(edge: httpx2.AsyncClient, record: Record) -> None:
    answers = {}
    for file in WHATSAPP:
        raw = wire(ours(json.loads(file.read_bytes())))
        headers = {"x-hub-signature-256": meta_signature("app-secret", raw)}
        answer = await edge.post("/api/v1/webhooks/whatsapp", content=raw, headers=headers)
        answers[file.name] = answer.status_code

    assert set(answers.values()) == {200}
    assert unread(record) == []


@pytest.mark.skipif(not TELEGRAM, reason=MISSING)
async def test_every_telegram_update_is_taken(edge: httpx2.AsyncClient, record: Record) -> None:
    headers = {"x-telegram-bot-api-secret-token": "tg-secret"}
    answers = {}
    for file in TELEGRAM:
        raw = file.read_bytes()
        answer = await edge.post("/api/v1/webhooks/telegram", content=raw, headers=headers)
        answers[file.name] = answer.status_code

    assert set(answers.values()) == {200}
    assert unread(record) == []
