"""A tenant that ends while it has work: nothing comes in, goes out or opens any more."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, delivery_pb2, turn_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from prometheus_client import REGISTRY

from mesh.access import MeshIdentity
from mesh.client import dial
from services.gateway.channels import standard_webhooks
from tests.contract.tenants import at_the_edge
from tests.front import MESH_KEY
from tests.gateway.bodies import change, message, meta_signature, whatsapp, wire
from tests.tickets.api import Api
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_secret, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme

ENDED, APP = "ended", "the ended one's app secret"
# The edge looked the first one up while its tenant lived, and remembers it for seconds.
NUMBER, UNSEEN = "555000066", "555000067"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLASw"
BOT = "the-ended-ones-telegram-secret"


class Ending:
    """What is tried before the end, and again after it."""

    def __init__(self, acme: Acme, key: str, custom_id: str) -> None:
        self.acme = acme
        self.key = key
        self.custom_id = custom_id

    async def by_whatsapp(self, name: str, number: str = NUMBER, app: str = APP) -> int:
        said = [message(name, timestamp=str(int(time.time())))]
        body = wire(whatsapp(change(number=number, messages=said)))
        signature = {"x-hub-signature-256": meta_signature(app, body)}
        return await self._post("whatsapp", body, signature)

    async def by_telegram(self) -> int:
        header = {"x-telegram-bot-api-secret-token": BOT}
        return await self._post("telegram", b'{"update_id":1}', header)

    async def by_custom(self) -> int:
        body = json.dumps({"type": "message.received", "data": {"customer_id": "a", "text": "b"}})
        signed = standard_webhooks.sign([SIGNING], "ended", int(time.time()), body.encode())
        return await self._post(f"custom/{self.custom_id}", body.encode(), signed)

    async def _post(self, to: str, body: bytes, headers: dict[str, str]) -> int:
        path = f"/api/v1/webhooks/{to}"
        return (await self.acme.http.post(path, content=body, headers=headers)).status_code

    async def messages(self) -> int:
        connection = await asyncpg.connect(self.acme.front.database_url)
        try:
            asked = "SELECT count(*) FROM tickets.messages WHERE tenant_id = $1"
            found: int = await connection.fetchval(asked, ENDED)
        finally:
            await connection.close()
        return found


@pytest.fixture(scope="module")
async def ending(acme: Acme) -> AsyncIterator[Ending]:
    """A tenant with a turn and a delivery that wait, and then its end."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, ENDED)
        key = await a_key(platform.api, ENDED)
        async with at_the_edge(acme.front, key) as admin:
            kinds: tuple[tuple[Any, str, Any, str], ...] = (
                (kind_pb2.CHANNEL_KIND_WHATSAPP, NUMBER, channel_pb2.SECRET_KIND_APP_SECRET, APP),
                (kind_pb2.CHANNEL_KIND_WHATSAPP, UNSEEN, channel_pb2.SECRET_KIND_APP_SECRET, APP),
                (kind_pb2.CHANNEL_KIND_TELEGRAM, "66", channel_pb2.SECRET_KIND_SECRET_TOKEN, BOT),
                (kind_pb2.CHANNEL_KIND_CUSTOM, "", channel_pb2.SECRET_KIND_SIGNING_SECRET, SIGNING),
            )
            for kind, name, secret, value in kinds:
                secrets = [a_secret(secret, value)]
                own = await a_channel(admin.api, kind, ENDED, external_id=name, secrets=secrets)
            ending = Ending(acme, key, own.id)
            assert await ending.by_whatsapp("wamid.before") == 200
            listed = conversation_pb2.ListConversationsRequest()
            (one,) = (await admin.api.conversations.ListConversations(listed)).conversations
            said = conversation_pb2.PostMessageRequest(conversation_id=one.id, text="On its way.")
            await admin.api.conversations.PostMessage(said)
        archived = await platform.http.post(f"/api/v1/tenants/{ENDED}:archive", json={})
        assert archived.status_code == 200
        yield ending


async def test_sd_10_a_tenant_that_ended_is_not_written_to_and_writes_to_nobody(
    ending: Ending,
) -> None:
    """One app signs for many tenants: a 401 would have Meta repeat the messages of others."""
    before, dropped = await ending.messages(), _dropped()

    signed = [await ending.by_whatsapp("wamid.after", number) for number in (NUMBER, UNSEEN)]
    forged = [await ending.by_whatsapp("wamid.forged", number, "x") for number in (NUMBER, UNSEEN)]

    assert (signed, forged) == ([200, 200], [401, 401])
    assert [await ending.by_telegram(), await ending.by_custom()] == [401, 401]
    assert (await ending.messages(), _dropped()) == (before, dropped + 2)
    assert ENDED not in await _claimed(ending.acme)


def _dropped() -> float:
    """What operators see; this process is the service, too."""
    return REGISTRY.get_sample_value("cassava_inbox_items_total", {"status": "DROPPED"}) or 0.0


async def _claimed(acme: Acme) -> set[str]:
    """Whose turns and deliveries a worker is given."""
    identity = MeshIdentity(MESH_KEY, "gateway-worker")
    async with dial(acme.front.tickets, identity, audience="tickets") as channel:
        mesh = Api(channel)
        turns = turn_pb2.ClaimTurnsRequest(worker="w", free_slots=64)
        sends = delivery_pb2.ClaimDeliveriesRequest(worker="w", free_slots=64)
        claimed: list[Any] = [
            *(await mesh.turns.ClaimTurns(turns)).turns,
            *(await mesh.deliveries.ClaimDeliveries(sends)).deliveries,
        ]
    return {each.tenant_id for each in claimed}


@pytest.mark.parametrize(
    "path", ["/api/v1/tickets", f"/api/v1/tenants/{ENDED}/events", f"/api/v1/tenants/{ENDED}/keys"]
)
async def test_se_02_the_keys_of_a_tenant_that_ended_open_nothing(
    ending: Ending, path: str
) -> None:
    its_own = {"authorization": f"Bearer {ending.key}"}

    answer = await ending.acme.http.get(path, headers=its_own)

    assert answer.status_code == 401
