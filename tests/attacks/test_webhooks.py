"""SA: webhooks that nobody signed, or not so, or not now; through the edge into the record."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from cassava.tickets.v1 import channel_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from services.gateway.channels import standard_webhooks
from tests.contract.tenants import at_the_edge
from tests.gateway.bodies import NUMBER_ID, meta_signature, one_message, wire
from tests.tickets.builders import a_channel, a_secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

    from tests.attacks.conftest import Acme

WHATSAPP = "/api/v1/webhooks/whatsapp"
TELEGRAM = "/api/v1/webhooks/telegram"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLASw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
APP, BOT = "an app secret", "a-telegram-secret"
SIGNED = "x-hub-signature-256"


@dataclass(frozen=True)
class Accounts:
    """A tenant's accounts, and how many messages the record has of it."""

    acme: Acme
    custom: channel_pb2.Channel

    @property
    def path(self) -> str:
        return f"/api/v1/webhooks/custom/{self.custom.id}"

    async def post(self, path: str, body: bytes, headers: Any) -> httpx2.Response:
        answer = await self.acme.http.post(path, content=body, headers=headers)
        assert answer.status_code < 500
        return answer

    async def whatsapp(self, body: bytes, *signatures: bytes) -> httpx2.Response:
        return await self.post(WHATSAPP, body, [(SIGNED.encode(), each) for each in signatures])

    async def signed(
        self, body: bytes, *, at: Any = None, secret: str = SIGNING, name: str = ""
    ) -> httpx2.Response:
        moment = at if at is not None else int(time.time())
        headers = standard_webhooks.sign([secret], name or str(uuid.uuid4()), moment, body)
        said = [(key.encode(), value.encode()) for key, value in headers.items()]
        return await self.post(self.path, body, said)

    async def stored(self) -> int:
        connection = await asyncpg.connect(self.acme.front.database_url)
        try:
            count: int = await connection.fetchval(
                "SELECT count(*) FROM tickets.messages WHERE tenant_id = 'acme'"
            )
        finally:
            await connection.close()
        return count


def custom(text: str = "Hi", **more: Any) -> bytes:
    data = {"customer_id": "sa", "text": text, **more}
    return json.dumps({"type": "message.received", "data": data}).encode()


@pytest.fixture(scope="module")
async def accounts(acme: Acme) -> AsyncIterator[Accounts]:
    async with at_the_edge(acme.front, acme.key) as admin:
        await a_channel(
            admin.api,
            kind_pb2.CHANNEL_KIND_WHATSAPP,
            external_id=NUMBER_ID,
            sandbox=True,
            secrets=[a_secret(channel_pb2.SECRET_KIND_APP_SECRET, APP)],
        )
        await a_channel(
            admin.api,
            kind_pb2.CHANNEL_KIND_TELEGRAM,
            external_id="7000000001",
            sandbox=True,
            secrets=[a_secret(channel_pb2.SECRET_KIND_SECRET_TOKEN, BOT)],
        )
        signing = [
            a_secret(channel_pb2.SECRET_KIND_SIGNING_SECRET, each) for each in (SIGNING, OLDER)
        ]
        own = await a_channel(admin.api, sandbox=True, secrets=signing)
        yield Accounts(acme, own)


async def test_sa_01_a_body_that_nobody_signed_is_refused_and_not_stored(
    accounts: Accounts,
) -> None:
    before = await accounts.stored()

    assert (await accounts.whatsapp(wire(one_message()))).status_code == 401
    assert (await accounts.post(accounts.path, custom(), {})).status_code == 401
    assert await accounts.stored() == before


async def test_sa_02_the_received_bytes_are_signed_and_not_what_they_mean(
    accounts: Accounts,
) -> None:
    said = one_message(text={"body": "é/é"})
    signature = meta_signature(APP, wire(said)).encode()

    assert (await accounts.whatsapp(json.dumps(said).encode(), signature)).status_code == 401
    assert (await accounts.whatsapp(wire(said), signature)).status_code == 200


@pytest.mark.parametrize(
    "signature",
    [b"\xe9\xff", b"", b"sha256=", b"sha256=" + "é".encode() * 32, b"sha1=00", b"x" * 12_000],
)
async def test_sa_03_a_signature_that_is_none_is_refused(
    accounts: Accounts, signature: bytes
) -> None:
    assert (await accounts.whatsapp(wire(one_message()), signature)).status_code == 401


async def test_sa_04_many_signatures_are_refused_even_with_a_right_one(
    accounts: Accounts,
) -> None:
    body, at = custom("many"), int(time.time())
    right = standard_webhooks.sign([SIGNING], "m", at, body)
    many = right["webhook-signature"] + (" v1," + "A" * 43 + "=") * 64

    answer = await accounts.post(accounts.path, body, {**right, "webhook-signature": many})

    assert answer.status_code == 401


async def test_sa_06_a_token_in_the_query_is_none(accounts: Accounts) -> None:
    header = "x-telegram-bot-api-secret-token"
    body = b'{"update_id":1}'

    assert (await accounts.post(TELEGRAM, body, {})).status_code == 401
    assert (await accounts.post(TELEGRAM, body, {header: "wrong"})).status_code == 401
    assert (await accounts.post(f"{TELEGRAM}?secret_token={BOT}", body, {})).status_code == 401
    assert (await accounts.post(TELEGRAM, body, {header: BOT})).status_code == 200


async def test_sa_07_a_webhook_that_comes_again_has_no_second_effect(accounts: Accounts) -> None:
    body, name = custom("once"), str(uuid.uuid4())
    before = await accounts.stored()

    answers = [await accounts.signed(body, name=name) for _ in range(3)]

    assert [each.status_code for each in answers] == [200] * 3
    assert await accounts.stored() == before + 1


@pytest.mark.parametrize(
    "moment",
    ["0", "1e99", "-5", "1" * 20, "\uff11\uff12\uff13", "NaN", "0x7f"],
)
async def test_sa_08_a_time_that_is_none_is_refused(accounts: Accounts, moment: str) -> None:
    assert (await accounts.signed(custom(), at=moment)).status_code == 401


@pytest.mark.parametrize("off", [-360, 360])
async def test_sa_08_six_minutes_are_too_long_ago_and_too_far_ahead(
    accounts: Accounts, off: int
) -> None:
    assert (await accounts.signed(custom(), at=int(time.time()) + off)).status_code == 401


async def test_sa_10_an_unknown_account_looks_like_a_bad_signature(accounts: Accounts) -> None:
    body = custom()
    headers = standard_webhooks.sign([OLDER[:-4] + "AAAA"], "m", int(time.time()), body)
    places = (accounts.path, f"/api/v1/webhooks/custom/{uuid.uuid4()}", "/api/v1/webhooks/custom/x")

    answers = [await accounts.post(place, body, headers) for place in places]

    assert {each.status_code for each in answers} == {401}
    assert len({each.content for each in answers}) == 1


async def test_sa_11_both_secrets_sign_until_the_old_one_is_taken_away(
    accounts: Accounts,
) -> None:
    assert (await accounts.signed(custom("old"), secret=OLDER)).status_code == 200
    assert (await accounts.signed(custom("new"), secret=SIGNING)).status_code == 200

    turned = Accounts(accounts.acme, await _turned_over(accounts.acme))

    assert (await turned.signed(custom("old"), secret=OLDER)).status_code == 401
    assert (await turned.signed(custom("new"), secret=SIGNING)).status_code == 200


async def _turned_over(acme: Acme) -> channel_pb2.Channel:
    """An account that had both secrets, and has the new one."""
    kind = channel_pb2.SECRET_KIND_SIGNING_SECRET
    async with at_the_edge(acme.front, acme.key) as admin:
        both = [a_secret(kind, each) for each in (SIGNING, OLDER)]
        own = await a_channel(admin.api, sandbox=True, secrets=both)
        wanted = channel_pb2.Channel(secrets=[a_secret(kind, SIGNING)])
        mask = FieldMask(paths=["secrets"])
        request = channel_pb2.UpdateChannelRequest(
            channel_id=own.id, channel=wanted, update_mask=mask
        )
        return (await admin.api.channels.UpdateChannel(request)).channel
