"""SC: webhooks that their provider did sign, with items in them that are not as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, inbox_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2

from tests.contract.tenants import at_the_edge
from tests.gateway.bodies import change, message, meta_signature, whatsapp, wire
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_secret, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

    from tests.attacks.conftest import Acme
    from tests.tickets.api import Api

_AN_HOUR = 3600
APP, NUMBER = "the oddities' app secret", "555000009"


class Oddities:
    """A tenant of whom the record is asked what came of a webhook."""

    def __init__(self, acme: Acme, api: Api) -> None:
        self._acme = acme
        self._api = api

    async def post(self, body: bytes) -> httpx2.Response:
        signature = {"x-hub-signature-256": meta_signature(APP, body)}
        return await self._acme.http.post(
            "/api/v1/webhooks/whatsapp", content=body, headers=signature
        )

    async def said(self, *messages: Any) -> int:
        body = wire(whatsapp(change(number=NUMBER, messages=list(messages))))
        return (await self.post(body)).status_code

    async def heard(self, person: str) -> list[conversation_pb2.Message]:
        """Everything that the record has of one person."""
        listed = await self._api.conversations.ListConversations(
            conversation_pb2.ListConversationsRequest()
        )
        found = [
            (
                await self._api.conversations.ListMessages(
                    conversation_pb2.ListMessagesRequest(conversation_id=each.id)
                )
            ).messages
            for each in listed.conversations
        ]
        return [one for each in found for one in each if one.text.endswith(person)]

    async def dead(self) -> int:
        letters = await self._api.inbox.ListDeadLetters(inbox_pb2.ListDeadLettersRequest())
        return len(letters.dead_letters)


@pytest.fixture(scope="module")
async def oddities(acme: Acme) -> AsyncIterator[Oddities]:
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, "oddities")
        key = await a_key(platform.api, "oddities")
    async with at_the_edge(acme.front, key) as admin:
        await a_channel(
            admin.api,
            kind_pb2.CHANNEL_KIND_WHATSAPP,
            "oddities",
            external_id=NUMBER,
            sandbox=True,
            secrets=[a_secret(channel_pb2.SECRET_KIND_APP_SECRET, APP)],
        )
        yield Oddities(acme, admin.api)


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "text", "text": {"a": 1}},
        {"type": "text", "text": 7},
        {"type": "hologram"},
        {"type": ["text"]},
        {"type": "interactive"},
    ],
    ids=["another field", "a number", "an unknown type", "a list", "a part is missing"],
)
async def test_sc_11_an_odd_shape_is_acknowledged_and_no_reason_to_repeat(
    oddities: Oddities, odd: dict[str, Any]
) -> None:
    name = f"wamid.sc11.{odd!r}"

    assert await oddities.said(message(name, **odd)) == 200
    assert await oddities.said(message(name, **odd)) == 200


@pytest.mark.parametrize("entry", [5, None, [5], [{"changes": 5}], [{"changes": [None]}]])
async def test_sc_11_an_envelope_that_is_none_is_no_broken_service(
    oddities: Oddities, entry: Any
) -> None:
    body = wire({"object": "whatsapp_business_account", "entry": entry})

    answer = await oddities.post(body)

    assert answer.status_code in {200, 401}  # of nobody's account: nobody's secret signed it
    assert "Traceback" not in answer.text


async def test_sc_12_a_bad_item_is_a_dead_letter_and_its_sibling_is_stored(
    oddities: Oddities,
) -> None:
    before = await oddities.dead()
    good = message("wamid.sc12.good", text={"body": "hello from sc12"})

    assert await oddities.said({"id": 7, "from": [], "type": {}}, good) == 200

    assert len(await oddities.heard("from sc12")) == 1
    assert await oddities.dead() == before + 1


@pytest.mark.parametrize("moment", ["0", -1, "9999999999999", "junk", 1.5, None])
async def test_sc_13_a_time_that_is_none_loses_no_message(oddities: Oddities, moment: Any) -> None:
    name = f"at {moment}"
    said = message(f"wamid.sc13.{moment}", timestamp=moment, text={"body": name})

    assert await oddities.said(said) == 200

    (heard,) = await oddities.heard(name)
    claimed = heard.provider_time.seconds
    assert claimed == 0 or abs(claimed - heard.create_time.seconds) < _AN_HOUR
