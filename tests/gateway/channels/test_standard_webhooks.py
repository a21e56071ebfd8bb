"""Our verifier against the published vectors, the reference library and its known gaps."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from services.gateway.channels import standard_webhooks
from services.gateway.channels.channel import Account, BadSignature, Message, Unreadable
from services.gateway.channels.custom import Custom

VECTORS = Path(__file__).parents[4] / "shared" / "fixtures" / "standardwebhooks" / "vectors.json"
CASES = json.loads(VECTORS.read_bytes())["cases"] if VECTORS.exists() else []
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_764_000_000


def signed(body: bytes, *, at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    return standard_webhooks.sign([secret], "msg_1", at, body)


@pytest.mark.skipif(not CASES, reason="channel fixtures not found at ../shared/fixtures")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_published_vectors_agree(case: dict[str, Any]) -> None:
    try:
        standard_webhooks.verify(
            [case["secret"]], case["headers"], case["body"].encode(), now=case["now"]
        )
        accepted = True
    except BadSignature:
        accepted = False

    assert accepted == case["ok"]


def test_the_reference_library_takes_what_we_sign() -> None:
    body, now = b'{"a":1}', int(time.time())

    headers = standard_webhooks.sign([SECRET], "msg_1", now, body)

    assert Webhook(SECRET).verify(body, headers) == {"a": 1}


def test_we_take_what_the_reference_library_signs() -> None:
    body = '{"a":"é"}'
    signature = Webhook(SECRET).sign("msg_1", datetime.fromtimestamp(NOW, UTC), body)
    headers = signed(b"") | {"webhook-signature": signature}

    standard_webhooks.verify([SECRET], headers, body.encode(), now=NOW)


@pytest.mark.parametrize(
    "moment",
    [
        *("", "0", "1e99", "-5", "1" * 20, "1764000000.0", str(NOW - 301), str(NOW + 301)),
        "\uff11\uff17\uff16\uff14\uff10\uff10\uff10\uff10\uff10\uff10",
    ],
)
def test_any_other_moment_is_refused(moment: str) -> None:
    headers = signed(b"{}") | {"webhook-timestamp": moment}
    with pytest.raises(BadSignature):
        standard_webhooks.verify([SECRET], headers, b"{}", now=NOW)


@pytest.mark.parametrize(
    "signature", ["", "v1", "v1,", "v1,***", "v1,é", "v2,AAAA", "v1a,AAAA", "x" * 1_000_000]
)
def test_any_other_signature_is_refused(signature: str) -> None:
    headers = signed(b"{}") | {"webhook-signature": signature}
    with pytest.raises(BadSignature):
        standard_webhooks.verify([SECRET], headers, b"{}", now=NOW)


def test_sixty_four_signatures_are_refused_even_with_a_right_one() -> None:
    right = signed(b"{}")
    headers = right | {"webhook-signature": " ".join([right["webhook-signature"]] * 64)}
    with pytest.raises(BadSignature):
        standard_webhooks.verify([SECRET], headers, b"{}", now=NOW)


def test_a_custom_message_is_read_and_its_key_is_the_webhooks_id() -> None:
    channel = Custom(httpx2.AsyncClient(), clock=lambda: NOW)
    account = Account("demo", "a", "custom", secrets={"signing_secret": [SECRET]})
    data = {"customer_id": 42, "text": "Hi", "customer_name": "Amina", "locale": "sw"}
    body = json.dumps({"type": "message.received", "data": data}).encode()
    headers = signed(body)

    channel.verify(account, headers, body)
    (arrival,) = channel.parse(headers, body)

    assert isinstance(arrival, Message)
    assert (arrival.key, arrival.text, arrival.contact.address) == ("cw:msg_1", "Hi", "42")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"type":"x"}', b'{"type":"message.received"}'])
def test_another_custom_body_is_a_dead_letter(body: bytes) -> None:
    (arrival,) = Custom(httpx2.AsyncClient()).parse({}, body)

    assert isinstance(arrival, Unreadable)
