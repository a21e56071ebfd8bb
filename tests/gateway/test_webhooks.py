"""What providers post, from bytes to the inbox, through the real edge."""

import asyncio
import json
import time
from typing import Any

import httpx2
import pytest

from services.gateway.channels import standard_webhooks
from tests.gateway.bodies import (
    BUSINESS_ID,
    change,
    message,
    meta_signature,
    one_message,
    status,
    telegram_message,
    update,
    whatsapp,
    wire,
)
from tests.gateway.conftest import CUSTOM_ID, SIGNING_SECRET, TELEGRAM_ID
from tests.gateway.record import Record, an_account

WHATSAPP = "/api/v1/webhooks/whatsapp"
TELEGRAM = "/api/v1/webhooks/telegram"
CUSTOM = f"/api/v1/webhooks/custom/{CUSTOM_ID}"
HEADER = "x-telegram-bot-api-secret-token"


async def post_whatsapp(
    edge: httpx2.AsyncClient, body: Any, *, app: str = "app-secret"
) -> httpx2.Response:
    raw = body if isinstance(body, bytes) else wire(body)
    headers = {"x-hub-signature-256": meta_signature(app, raw)}
    return await edge.post(WHATSAPP, content=raw, headers=headers)


async def post_custom(
    edge: httpx2.AsyncClient, body: bytes, *, message_id: str = "msg_1", late: int = 0
) -> httpx2.Response:
    moment = int(time.time()) - late
    headers = standard_webhooks.sign([SIGNING_SECRET], message_id, moment, body)
    return await edge.post(CUSTOM, content=body, headers=headers)


def custom_body(text: str = "Hi") -> bytes:
    data = {"customer_id": "42", "text": text}
    return json.dumps({"type": "message.received", "data": data}).encode()


async def test_a_signed_message_is_stored_before_it_is_acknowledged(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    answer = await post_whatsapp(edge, one_message(text={"body": "é / 😀"}))

    assert (answer.status_code, answer.content) == (200, b"")
    (item,) = record.items.values()
    assert (item.tenant_id, item.account_id, item.key) == ("demo", "wa", "wa:m:wamid.1")
    assert item.arrival.text.decode() == "é / 😀"


@pytest.mark.parametrize("secret", ["app-secret", "old-secret"])
async def test_both_live_secrets_sign(edge: httpx2.AsyncClient, secret: str) -> None:
    assert (await post_whatsapp(edge, one_message(), app=secret)).status_code == 200


async def test_every_refusal_is_the_same_401(edge: httpx2.AsyncClient, record: Record) -> None:
    unknown = whatsapp(change(number="999", messages=[message()]), business="9")
    good = wire(one_message())
    answers = [
        await post_whatsapp(edge, one_message(), app="wrong"),
        await post_whatsapp(edge, unknown),
        await post_whatsapp(edge, b"not json", app="wrong"),
        await edge.post(WHATSAPP, content=good),
        await edge.post(WHATSAPP, content=good, headers=[(b"x-hub-signature-256", b"\xe9")]),
        await edge.post(TELEGRAM, json=update(message=telegram_message())),
        await edge.post(TELEGRAM, json={}, headers={HEADER: "wrong"}),
        await edge.post(f"{TELEGRAM}?secret=tg-secret", json={}),
        await edge.post(f"{TELEGRAM}/{CUSTOM_ID}", json={}, headers={HEADER: "tg-secret"}),
        await edge.post(CUSTOM, content=b"{}"),
        await post_custom(edge, custom_body(), late=301),
        await edge.post(f"/api/v1/webhooks/custom/{TELEGRAM_ID}", content=b"{}"),
        await edge.post("/api/v1/webhooks/custom/nobody", content=b"{}"),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert not record.items


async def test_a_body_that_names_nobody_is_a_dead_letter_of_whoevers_signature_fits(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    answer = await post_whatsapp(edge, b"not json at all")

    assert answer.status_code == 200
    (item,) = record.items.values()
    assert item.unreadable.reason == "not_a_whatsapp_body"
    assert item.raw == b"not json at all"
    assert (item.tenant_id, item.account_id) == ("demo", "wa")


async def test_another_tenants_item_is_refused_and_its_siblings_proceed(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    foreign = change(number="300", messages=[message("wamid.foreign")])
    body = whatsapp(change(messages=[message("wamid.ours")]), foreign)

    answer = await post_whatsapp(edge, body)

    assert answer.status_code == 200
    ours, refused = record.items.values()
    assert (ours.tenant_id, ours.key) == ("demo", "wa:m:wamid.ours")
    assert (refused.tenant_id, refused.WhichOneof("what")) == ("", "unreadable")


@pytest.mark.parametrize(
    ("tenant", "owners"), [("demo", {("demo", "wa"), ("demo", "wa-2")}), ("acme", {("", "")})]
)
async def test_news_of_a_business_account_reach_each_of_its_numbers_of_one_tenant(
    edge: httpx2.AsyncClient, record: Record, tenant: str, owners: set[tuple[str, str]]
) -> None:
    """Where two tenants claim it nobody can tell whose they are: they are kept for the operator."""
    second = an_account(
        "whatsapp",
        "wa-2",
        tenant,
        external_id="301",
        business_account_id=BUSINESS_ID,
        secrets={"app_secret": ["app-secret"]},
    )
    record.accounts.append(second)
    news = change(field="account_update", number=None, event="DISABLED_UPDATE")

    assert (await post_whatsapp(edge, whatsapp(news))).status_code == 200

    assert {(item.tenant_id, item.account_id) for item in record.items.values()} == owners


async def test_thirty_messages_and_six_receipts_of_one_post_are_all_stored(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    changes = [
        change(
            messages=[message(f"wamid.{number}.{index}") for index in range(5)],
            statuses=[status(f"wamid.{number}", biz_opaque_callback_data="c1.d.1")],
        )
        for number in range(6)
    ]
    answer = await post_whatsapp(edge, whatsapp(*changes))

    assert answer.status_code == 200
    assert len(record.items) == 30
    assert [receipt.token for receipt in record.receipts] == ["c1.d.1"] * 6


async def test_a_post_larger_than_a_batch_spans_batches(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    said = [message(f"wamid.{index}") for index in range(1000)]

    answer = await post_whatsapp(edge, whatsapp(change(messages=said)))

    assert answer.status_code == 200
    assert len(record.items) == 1000
    assert max(record.batches) <= 64


async def test_the_same_post_fifty_times_at_once_is_one_message(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    twice = whatsapp(change(messages=[message(), message()]))

    answers = await asyncio.gather(*(post_whatsapp(edge, twice) for _ in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(record.items) == 1
    assert len(record.batches) < 50


async def test_without_storage_nothing_is_acknowledged(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    await post_whatsapp(edge, one_message())
    record.is_away = True

    answer = await post_whatsapp(edge, one_message(id="wamid.2"))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) in (1, 2, 3)
    assert len(record.items) == 1


async def test_a_crowd_that_waits_too_long_is_sent_away(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    record.accept_seconds = 2.5
    first = asyncio.create_task(post_whatsapp(edge, one_message(id="wamid.first")))
    await record.begun.wait()
    posts = (post_whatsapp(edge, one_message(id=f"wamid.{index}")) for index in range(20))

    answers = await asyncio.gather(first, *posts)

    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 503}
    assert codes.count(200) == len(record.items)


@pytest.mark.parametrize(
    ("path", "size"), [(WHATSAPP, 3 * 2**20), (TELEGRAM, 2**20), (CUSTOM, 256 * 2**10)]
)
async def test_a_body_over_its_channels_cap_is_too_large(
    edge: httpx2.AsyncClient, path: str, size: int
) -> None:
    assert (await edge.post(path, content=b"x" * (size + 1))).status_code == 413


async def test_the_handshake_gives_the_challenge_back(edge: httpx2.AsyncClient) -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": "verify-me",
    }

    answer = await edge.get(WHATSAPP, params=asked)
    wrong = await edge.get(f"{WHATSAPP}/", params=asked | {"hub.verify_token": "x"})

    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert wrong.status_code == 403


@pytest.mark.parametrize("path", [TELEGRAM, f"{TELEGRAM}/", f"{TELEGRAM}/{TELEGRAM_ID}"])
async def test_a_telegram_update_finds_its_bot_by_its_token(
    edge: httpx2.AsyncClient, record: Record, path: str
) -> None:
    body = update(message=telegram_message(text="Habari"))

    answer = await edge.post(path, json=body, headers={HEADER: "tg-secret"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert next(iter(record.items))[1] == "tg:m:7:5"


async def test_an_unreadable_update_is_a_dead_letter_and_never_blocks_the_chat(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    answer = await edge.post(TELEGRAM, content=b"[1]", headers={HEADER: "tg-secret"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert next(iter(record.items.values())).HasField("unreadable")


async def test_another_body_under_the_same_webhook_id_is_a_conflict(
    edge: httpx2.AsyncClient,
) -> None:
    first = await post_custom(edge, custom_body("one"))
    again = await post_custom(edge, custom_body("one"))
    other = await post_custom(edge, custom_body("two"))

    assert [first.status_code, again.status_code, other.status_code] == [200, 200, 409]


async def test_a_name_that_breaks_the_contract_costs_no_sibling(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    person = {"wa_id": "1", "profile": {"name": "x" * 5000}}
    said = [message("wamid.a", **{"from": "1"}), message("wamid.b", type="x" * 5000)]

    answer = await post_whatsapp(edge, whatsapp(change(contacts=[person], messages=said)))

    assert answer.status_code == 200
    assert len(record.items) == 2


async def test_an_archived_tenants_bot_does_not_exist(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    for account in record.accounts:
        account.tenant_active = False

    answer = await edge.post(TELEGRAM, json=update(), headers={HEADER: "tg-secret"})

    assert answer.status_code == 401


async def test_accounts_are_asked_for_once_in_a_while(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    await asyncio.gather(*(post_whatsapp(edge, one_message(id=f"w.{n}")) for n in range(20)))

    assert record.lookups == 1
