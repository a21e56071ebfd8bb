"""Whatever is posted, signed or not: an answer that says whose fault it is, and never ours."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway.channels import standard_webhooks
from tests.gateway.bodies import meta_signature
from tests.gateway.channels.test_mutations import CUSTOM, TELEGRAM, WHATSAPP, mutated
from tests.gateway.conftest import CUSTOM_ID, SIGNING_SECRET
from tests.gateway.record import Record, an_account

CHAT_ID = "0190a000-0000-7000-8000-000000000005"
WEBCHAT: list[Any] = [{"text": "Hi", "client_id": "0190a000-0000-7000-8000-0000000000aa"}]
# Where each kind is posted, what is bent, and what may be answered: a bent WhatsApp body may name
# an account of nobody.
DOORS: dict[str, tuple[str, list[Any], set[int]]] = {
    "whatsapp": ("/api/v1/webhooks/whatsapp", WHATSAPP, {200, 401}),
    "telegram": ("/api/v1/webhooks/telegram", TELEGRAM, {200}),
    "custom": (f"/api/v1/webhooks/custom/{CUSTOM_ID}", CUSTOM, {200}),
    "webchat": (f"/api/v1/webchat/{CHAT_ID}/messages", WEBCHAT, {200, 400, 413, 429}),
}


@pytest.fixture
def record(record: Record) -> Record:
    record.accounts.append(an_account("webchat", CHAT_ID))
    return record


@pytest.fixture
async def visitor(edge: httpx2.AsyncClient) -> dict[str, str]:
    answer = await edge.post(f"/api/v1/webchat/{CHAT_ID}/session", json={})
    return {"authorization": f"Bearer {answer.json()['token']}"}


def signed(raw: bytes, visitor: Mapping[str, str]) -> dict[str, str]:
    """By every kind of sender at once: each door looks at its own."""
    moment = int(time.time())
    return {
        **standard_webhooks.sign([SIGNING_SECRET], str(uuid.uuid4()), moment, raw),
        "x-hub-signature-256": meta_signature("app-secret", raw),
        "x-telegram-bot-api-secret-token": "tg-secret",
        "content-type": "application/json",
        **visitor,
    }


@pytest.mark.parametrize("channel", DOORS)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_no_body_is_the_servers_error(
    edge: httpx2.AsyncClient, visitor: dict[str, str], data: st.DataObject, channel: str
) -> None:
    path, bodies, fine = DOORS[channel]
    raw = mutated(data, bodies)

    answer = await edge.post(path, content=raw, headers=signed(raw, visitor))

    assert answer.status_code in fine, answer.text
