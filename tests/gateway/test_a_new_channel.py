"""A whole channel in one class: what docs/how-to/add-a-channel.md asks for is all that it takes."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cassava.type.v1 import channel_pb2 as kinds

from services.gateway.channels.channel import (
    Account,
    Alias,
    Arrival,
    BadSignature,
    Channel,
    Contact,
    Message,
    NotSent,
    Outbound,
    ProviderId,
    Refused,
    Unreadable,
)
from services.gateway.delivery import Deliveries
from tests.gateway.conftest import free_edge
from tests.gateway.record import Record, an_account
from tests.gateway.test_delivery import CLAIMED, Desk

CHANNEL_ID = "0190a000-0000-7000-8000-00000000000b"
# Stands for a kind of its own, for which a real channel adds its name to the contract.
KIND = "test"


class PigeonPost:
    """Letters tied to pigeons; the ring on the leg is the secret."""

    def __init__(self) -> None:
        self.flown: list[tuple[str, str]] = []

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> None:
        ring = headers.get("x-ring", "").encode()
        rings = account.secrets.get("secret_token", ())
        if not any(hmac.compare_digest(ring, known.encode()) for known in rings):
            raise BadSignature

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Arrival]:
        try:
            letters = [(each["loft"], each["number"], each["words"]) for each in json.loads(body)]
        except (ValueError, KeyError, TypeError):
            return [Unreadable(reason="not_a_letter", raw=body)]
        return [
            Message(
                key=f"pp:{loft}:{number}",
                contact=Contact((Alias("loft", loft),), address=loft),
                text=words,
                raw=body,
            )
            for loft, number, words in letters
        ]

    async def send(self, account: Account, message: Outbound) -> ProviderId:
        if message.address == "the moon":
            raise Refused("too_far")
        if message.text == "in a storm":
            raise NotSent("weather", retry_after=60)
        self.flown.append((message.address, message.text))
        return ProviderId(f"pigeon-{len(self.flown)}")


@pytest.fixture
def record(record: Record) -> Record:
    secrets = {"secret_token": ["ring 7"]}
    record.accounts.append(an_account(KIND, CHANNEL_ID, secrets=secrets))
    return record


async def test_a_channel_of_one_class_is_heard_by_the_real_edge(record: Record) -> None:
    pigeons: Channel = PigeonPost()
    async with free_edge(record, {KIND: pigeons}) as edge:

        async def post(letters: object, ring: str = "ring 7") -> int:
            url = f"/api/v1/webhooks/{KIND}/{CHANNEL_ID}"
            answer = await edge.post(url, json=letters, headers={"x-ring": ring})
            return answer.status_code

        letter = {"loft": "attic", "number": 1, "words": "Any seed left?"}
        assert await post([letter], ring="ring 8") == 401
        assert record.items == {}
        assert [await post([letter]), await post([letter]), await post({"no": "letter"})] == [
            200
        ] * 3

    said, dead = record.items.values()
    assert (said.arrival.text, said.arrival.contact.reply_address) == (b"Any seed left?", "attic")
    assert dead.unreadable.reason == "not_a_letter"


async def test_what_is_answered_leaves_through_it_and_fails_as_it_says() -> None:
    desk, pigeons = Desk(), PigeonPost()
    peers: Any = desk
    worker = Deliveries("w", peers, {KIND: pigeons}, 1)
    desk.begun.account.kind = kinds.CHANNEL_KIND_TEST
    desk.begun.reply_address = "attic"

    await worker.do(CLAIMED)
    desk.begun.reply_address = "the moon"
    await worker.do(CLAIMED)

    assert pigeons.flown == [("attic", "Hello.")]
    assert [(told.provider_message_id, told.reason) for told in desk.finished] == [
        ("pigeon-1", ""),
        ("", "too_far"),
    ]
