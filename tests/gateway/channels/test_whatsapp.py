"""WhatsApp's signature and sends."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from services.gateway.channels.channel import (
    Account,
    Alias,
    BadSignature,
    NotSent,
    PerhapsSent,
    Refused,
)
from services.gateway.channels.whatsapp import SIGNATURE, WhatsApp
from services.gateway.channels.whatsapp_codes import of_a_late_failure
from tests.gateway.bodies import a_part, meta_signature, one_message, wire
from tests.providers import meta

SECRETS = {"app_secret": ["new", "old"], "access_token": ["token"]}
ACCOUNT = Account("demo", "a", "whatsapp", external_id="100", secrets=SECRETS)
MESSAGE = a_part(address="256700000001")
BODY = wire(one_message(text={"body": "é / 😀"}))


@pytest.fixture
async def provider() -> AsyncIterator[meta.Provider]:
    async with meta.serving() as provider:
        yield provider


@pytest.fixture
async def channel(provider: meta.Provider) -> AsyncIterator[WhatsApp]:
    async with httpx2.AsyncClient() as client:
        yield WhatsApp(client, provider.url)


@pytest.mark.parametrize("secret", ["new", "old"])
def test_any_live_secret_may_have_signed(secret: str, channel: WhatsApp) -> None:
    channel.verify(ACCOUNT, {SIGNATURE: meta_signature(secret, BODY)}, BODY)


def test_the_documented_construction_is_met(channel: WhatsApp) -> None:
    account = Account("t", "a", "whatsapp", secrets={"app_secret": ["It's a Secret to Everybody"]})
    signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    channel.verify(account, {SIGNATURE: f"sha256={signature}"}, b"Hello, World!")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "sha256=é" * 20,
        "sha256=" + "0" * 64,
        "sha256=" + "0" * 1_000_000,
        meta_signature("gone", BODY),
        meta_signature("new", BODY).upper(),
        meta_signature("new", BODY)[7:],
        ", ".join([meta_signature("new", BODY)] * 64),
        meta_signature("new", BODY + b" "),
    ],
)
def test_any_other_signature_is_bad(header: str, channel: WhatsApp) -> None:
    with pytest.raises(BadSignature):
        channel.verify(ACCOUNT, {SIGNATURE: header}, BODY)


async def test_a_send_carries_its_attempts_token(
    channel: WhatsApp, provider: meta.Provider
) -> None:
    provider.answers = [meta.accepted("wamid.9")]

    sent = await channel.send(ACCOUNT, MESSAGE)

    path, headers, payload = provider.received[0]
    assert sent.value == "wamid.9"
    assert (path, headers["authorization"]) == ("/100/messages", "Bearer token")
    assert payload["biz_opaque_callback_data"] == "c1.d.1"
    assert payload["to"] == "256700000001"


CODES = [
    (400, 130429, NotSent),
    (400, 131056, NotSent),
    (500, 131045, NotSent),
    (401, 190, NotSent),
    (500, 131016, PerhapsSent),
    (500, 131000, PerhapsSent),
    (400, 131047, Refused),
    (400, 999_999, Refused),
    (503, 999_999, PerhapsSent),
]


@pytest.mark.parametrize(("status", "code", "outcome"), CODES)
async def test_the_code_decides_before_the_http_status(
    channel: WhatsApp,
    provider: meta.Provider,
    status: int,
    code: int,
    outcome: type[Exception],
) -> None:
    provider.answers = [meta.refused(status, code)]

    with pytest.raises(outcome):
        await channel.send(ACCOUNT, MESSAGE)


async def test_a_cut_connection_is_perhaps_sent(channel: WhatsApp, provider: meta.Provider) -> None:
    provider.hangs_up = True

    with pytest.raises(PerhapsSent):
        await channel.send(ACCOUNT, MESSAGE)


async def test_an_account_without_a_token_waits_for_one(channel: WhatsApp) -> None:
    with pytest.raises(NotSent) as refused:
        await channel.send(Account("demo", "a", "whatsapp", external_id="100"), MESSAGE)

    assert refused.value.pauses_account


async def test_nobody_listening_is_not_sent() -> None:
    async with httpx2.AsyncClient() as client:
        with pytest.raises(NotSent):
            await WhatsApp(client, "http://127.0.0.1:9").send(ACCOUNT, MESSAGE)


async def test_the_number_as_whatsapp_has_it_is_told_with_the_answer(
    channel: WhatsApp, provider: meta.Provider
) -> None:
    said = {
        "contacts": [{"input": "5511987654321", "wa_id": "551187654321"}],
        "messages": [{"id": "wamid.9"}],
    }
    provider.answers = [(200, said)]

    sent = await channel.send(ACCOUNT, MESSAGE)

    assert sent.aliases == (Alias("wa_id", "551187654321"),)


@pytest.mark.parametrize(
    ("code", "pauses", "rest", "again"),
    [
        ("131042", True, None, 0.0),
        ("190", True, None, 0.0),
        ("80007", False, 60.0, 60.0),
        ("131056", False, None, 6.0),
        ("131049", False, None, None),
        ("131026", False, None, None),
        ("131047", False, None, None),
        ("131000", False, None, 5.0),
        ("a word", False, None, None),
    ],
)
def test_a_late_failure_is_judged_by_the_same_table(
    code: str,
    pauses: bool,  # noqa: FBT001  # a case
    rest: float | None,
    again: float | None,
) -> None:
    assert of_a_late_failure(code) == (pauses, rest, again)
