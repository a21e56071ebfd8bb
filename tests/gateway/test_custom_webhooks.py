"""A custom channel's webhooks: secrets are rotated without a gap, replays count once."""

import json
import time

import httpx2
import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2

from services.gateway.channels import custom, standard_webhooks
from tests.gateway.conftest import CUSTOM_ID, SIGNING_SECRET
from tests.gateway.record import Record

CUSTOM = f"/api/v1/webhooks/custom/{CUSTOM_ID}"
NEWER_SECRET = "whsec_" + "bmV3" * 8
BODY = b'{"type": "message.received", "data": {"customer_id": "42", "text": "Hi"}}'


def signed(body: bytes, *, secret: str = SIGNING_SECRET, late: int = 0) -> dict[str, str]:
    return standard_webhooks.sign([secret], "msg_1", int(time.time()) - late, body)


@pytest.mark.parametrize("secret", [SIGNING_SECRET, NEWER_SECRET])
async def test_while_a_custom_channels_secret_is_rotated_both_are_taken(
    edge: httpx2.AsyncClient, record: Record, secret: str
) -> None:
    account = next(account for account in record.accounts if account.id == CUSTOM_ID)
    account.secrets.add(kind=channel_pb2.SECRET_KIND_SIGNING_SECRET, value=NEWER_SECRET)

    answer = await edge.post(CUSTOM, content=BODY, headers=signed(BODY, secret=secret))

    assert (answer.status_code, len(record.items)) == (200, 1)


async def test_a_custom_channels_former_secret_is_refused(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    account = next(account for account in record.accounts if account.id == CUSTOM_ID)
    account.secrets[0].value = NEWER_SECRET

    answer = await edge.post(CUSTOM, content=BODY, headers=signed(BODY))

    assert (answer.status_code, record.items) == (401, {})


@pytest.mark.parametrize("late", [330, -330, 10**9])
async def test_an_old_webhook_is_no_proof_even_with_its_signature(
    edge: httpx2.AsyncClient, record: Record, late: int
) -> None:
    answer = await edge.post(CUSTOM, content=BODY, headers=signed(BODY, late=late))

    assert (answer.status_code, record.items) == (401, {})


async def test_a_replayed_webhook_is_taken_once(edge: httpx2.AsyncClient, record: Record) -> None:
    headers = signed(BODY)

    answers = [await edge.post(CUSTOM, content=BODY, headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(record.items) == 1


async def test_a_fresh_id_over_a_signature_of_another_is_refused(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    headers = signed(BODY)

    answer = await edge.post(CUSTOM, content=BODY, headers=headers | {"webhook-id": "msg_2"})

    assert (answer.status_code, record.items) == (401, {})


async def test_what_we_posted_ourselves_is_not_taken_back(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    headers = signed(BODY)

    answer = await edge.post(CUSTOM, content=BODY, headers=headers | {custom.LOOP: "1"})

    assert (answer.status_code, record.items) == (403, {})


@pytest.mark.parametrize(
    "data",
    [
        {"body": "Hi"},
        {"text": None},
        {"text": " \n"},
        {"text": 5},
        {"text": "", "attachments": []},
        {"attachments": ["https://shop.example/a.png"]},
    ],
)
async def test_a_message_that_says_nothing_is_a_dead_letter_and_no_customers_riddle(
    edge: httpx2.AsyncClient, record: Record, data: dict[str, object]
) -> None:
    body = json.dumps({"type": "message.received", "data": {"customer_id": "42"} | data}).encode()

    answer = await edge.post(CUSTOM, content=body, headers=signed(body))

    (item,) = record.items.values()
    assert (answer.status_code, item.unreadable.reason, item.raw) == (
        *(200, "message_without_text_or_attachments", body),
    )


@pytest.mark.parametrize("text", [{}, {"text": ""}, {"text": None}])
async def test_a_file_alone_is_a_message(
    edge: httpx2.AsyncClient, record: Record, text: dict[str, object]
) -> None:
    data = {"customer_id": "42", "attachments": [{"url": "https://shop.example/a.png"}]} | text
    body = json.dumps({"type": "message.received", "data": data}).encode()

    await edge.post(CUSTOM, content=body, headers=signed(body))

    (item,) = record.items.values()
    assert item.arrival.kind == conversation_pb2.MESSAGE_KIND_MEDIA


@pytest.mark.parametrize(
    "timestamp",
    [
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday", ""),
        "2026-01-01T00:00:00",
    ],
)
async def test_a_time_that_is_none_costs_no_message(
    edge: httpx2.AsyncClient, record: Record, timestamp: str
) -> None:
    """A year that no clock in UTC has was answered with 503, again at each repeat."""
    said = {"type": "message.received", "timestamp": timestamp}
    body = json.dumps(said | {"data": {"customer_id": "42", "text": "Hi"}}).encode()

    answer = await edge.post(CUSTOM, content=body, headers=signed(body))

    (item,) = record.items.values()
    assert (answer.status_code, item.arrival.HasField("provider_time")) == (200, False)
