"""The log of who did what, tried through the edge by whoever would rather not be in it."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2
from cassava.type.v1 import access_pb2

from services.gateway.channels import standard_webhooks
from tests.contract.tenants import at_the_edge
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_secret, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme
    from tests.contract.tenants import Caller

OURS = "log-keeper"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLASw"


@pytest.fixture(scope="module")
async def ours(acme: Acme) -> AsyncIterator[Caller]:
    """The admin of a tenant of its own."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        await a_tenant(platform.api, OURS)
        key = await a_key(platform.api, OURS)
    async with at_the_edge(acme.front, key) as admin:
        yield admin


async def test_sj_05_the_audit_log_is_a_chain_that_nobody_can_change(
    acme: Acme, ours: Caller
) -> None:
    path = f"/api/v1/tenants/{OURS}/audit_log"
    await ours.http.post(f"/api/v1/tenants/{OURS}/keys", json={"role": "CALLER_VIEWER", "name": ""})
    await ours.http.get("/api/v1/tenants/somebody-else/keys")
    conversation_id = await _a_conversation(acme, ours)
    await ours.http.get(f"/api/v1/conversations/{conversation_id}/messages")

    entries = (await ours.http.get(path, params={"page_size": 500})).json()["entries"][::-1]
    changing = [
        await ours.http.request(verb, f"{path}{more}", json={})
        for verb in ("POST", "PUT", "PATCH", "DELETE")
        for more in ("", "/1", ":clear")
    ]

    before = b""
    for number, entry in enumerate(entries, 1):
        before = hashlib.sha256(before + _said(entry)).digest()
        assert (entry["number"], base64.b64decode(entry["chain"])) == (number, before)
    actions = {each["action"] for each in entries}
    assert {"key.created", "access.denied", "conversation.read"} <= actions
    assert {each.status_code for each in changing} <= {404, 405}


async def test_sj_05_who_may_read_every_conversation_is_written_down_by_reading_one(
    acme: Acme, ours: Caller
) -> None:
    """The tenant's admin and the platform, at each door and as often as they like: once each."""
    conversation_id = await _a_conversation(acme, ours)
    path = f"/api/v1/conversations/{conversation_id}"
    platform = {"authorization": f"Bearer {PLATFORM_KEY}"}
    doors = [path, f"{path}/messages", f"{path}/briefing", f"{path}?x=1", f"{path}/messages"]

    read = [await ours.http.get(door) for door in doors]
    by_platform = [
        await ours.http.get(door, headers=platform, params={"tenant_id": OURS})
        for door in (f"{path}/messages", path)
    ]

    asked = {"subject": conversation_id}
    log = await ours.http.get(f"/api/v1/tenants/{OURS}/audit_log", params=asked)
    readers = [(each["action"], each["actor"].split()[0]) for each in log.json()["entries"]]
    key_id = ours.key.split("_")[1]
    assert readers == [("conversation.read", "platform"), ("conversation.read", key_id)]
    assert [each.status_code for each in (*read, *by_platform)] == [200, 200, 200, 400, 200] + [
        200
    ] * 2


async def _a_conversation(acme: Acme, admin: Caller) -> str:
    """A customer wrote; its id as an agent sees it, who leaves no trace by looking."""
    secrets = [a_secret(channel_pb2.SECRET_KIND_SIGNING_SECRET, SIGNING)]
    own = await a_channel(admin.api, tenant_id=OURS, sandbox=True, secrets=secrets)
    who = str(uuid.uuid4())
    said = {"type": "message.received", "data": {"customer_id": who, "text": "Hello?"}}
    body = json.dumps(said).encode()
    signed = standard_webhooks.sign([SIGNING], who, int(time.time()), body)
    await acme.http.post(f"/api/v1/webhooks/custom/{own.id}", content=body, headers=signed)
    agent = await a_key(admin.api, OURS, role=access_pb2.CALLER_AGENT)
    found = await admin.http.get(
        "/api/v1/conversations",
        params={"customer_alias": who},
        headers={"authorization": f"Bearer {agent}"},
    )
    conversation_id: str = found.json()["conversations"][0]["id"]
    return conversation_id


def _said(entry: dict[str, Any]) -> bytes:
    """What an entry's hash is over, from nothing but what the API shows of it."""
    at = datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))
    seconds = f"{int(at.timestamp())}.{at.microsecond:06}"
    facts = [_as_stored(entry[name]) for name in ("before", "after")]
    words = [OURS, str(entry["number"]), seconds]
    words += [entry[name] for name in ("actor", "action", "subject", "detail")]
    return "\x1f".join([*words, *facts]).encode()


def _as_stored(facts: dict[str, str]) -> str:
    """As PostgreSQL writes jsonb: shorter names first, then by their bytes."""
    ordered = dict(sorted(facts.items(), key=lambda each: (len(each[0]), each[0])))
    return json.dumps(ordered, ensure_ascii=False)
