"""SA: what one tenant's provider says of another tenant's things."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from typing import TYPE_CHECKING

import asyncpg
import httpx2
import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, customer_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2

from services.gateway.channels.whatsapp import signing_secret
from tests.contract.tenants import at_the_edge
from tests.gateway.bodies import PERSON, change, message, meta_signature, status, whatsapp, wire
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_secret, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.attacks.conftest import Acme
    from tests.tickets.api import Api

WHATSAPP = "/api/v1/webhooks/whatsapp"
APP, THEIRS = "the neighbours' app secret", "the rivals' app secret"
OURS_ID, THEIRS_ID = "555000001", "555000002"
# Beyond this the means of two samples are no accident (t-test, as leakage tests use it).
_WELCH = 4.5


@pytest.fixture(scope="module")
async def neighbours(acme: Acme) -> AsyncIterator[tuple[Api, Api]]:
    """Two tenants with a WhatsApp number each, signed with different secrets."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        keys = {}
        for tenant_id in ("next-door", "rival"):
            await a_tenant(platform.api, tenant_id)
            keys[tenant_id] = await a_key(platform.api, tenant_id)
    async with (
        at_the_edge(acme.front, keys["next-door"]) as ours,
        at_the_edge(acme.front, keys["rival"]) as theirs,
    ):
        for owner, tenant_id, number, secret in (
            (ours.api, "next-door", OURS_ID, APP),
            (theirs.api, "rival", THEIRS_ID, THEIRS),
        ):
            await a_channel(
                owner,
                kind_pb2.CHANNEL_KIND_WHATSAPP,
                tenant_id,
                external_id=number,
                sandbox=True,
                secrets=[a_secret(channel_pb2.SECRET_KIND_APP_SECRET, secret)],
            )
        yield ours.api, theirs.api


async def customers(api: Api) -> int:
    return len((await api.customers.ListCustomers(customer_pb2.ListCustomersRequest())).customers)


async def signed_by_us(acme: Acme, *changes: object) -> int:
    body = wire(whatsapp(*changes))
    signature = meta_signature(APP, body)
    answer = await acme.http.post(
        WHATSAPP, content=body, headers={"x-hub-signature-256": signature}
    )
    return answer.status_code


async def test_sa_05_an_item_of_another_tenant_is_refused_and_its_siblings_are_stored(
    acme: Acme, neighbours: tuple[Api, Api]
) -> None:
    ours, theirs = neighbours

    mine = change(number=OURS_ID, messages=[message("wamid.ours")])
    foreign = change(number=THEIRS_ID, messages=[message("wamid.theirs")])
    assert await signed_by_us(acme, foreign, mine) == 200

    listed = conversation_pb2.ListConversationsRequest()
    assert len((await ours.conversations.ListConversations(listed)).conversations) == 1
    assert not (await theirs.conversations.ListConversations(listed)).conversations
    assert await customers(theirs) == 0


async def test_sa_12_a_status_with_anothers_token_changes_nothing_and_is_written_down(
    acme: Acme, neighbours: tuple[Api, Api]
) -> None:
    _, theirs = neighbours
    connection = await asyncpg.connect(acme.front.database_url)
    try:
        (account,) = [c for c in await _channels(theirs) if c.external_id == THEIRS_ID]
        delivery_id = await _a_delivery(connection, account)
        token = f"c1.{delivery_id}.1"
        forged = status("wamid.x", "read", biz_opaque_callback_data=token)
        assert await signed_by_us(acme, change(number=OURS_ID, statuses=[forged])) == 200
        rows = await connection.fetch(
            "SELECT state, receipt FROM tickets.deliveries WHERE id = $1", delivery_id
        )
    finally:
        await connection.close()

    assert [tuple(row) for row in rows] == [("sending", "")]


async def test_sd_09_whom_another_tenant_knows_does_not_show(
    acme: Acme, neighbours: tuple[Api, Api]
) -> None:
    ours, theirs = neighbours
    await signed_by_us(acme, change(number=OURS_ID, messages=[message("wamid.again")]))
    known = customer_pb2.ListCustomersRequest(alias=PERSON)
    assert (await ours.customers.ListCustomers(known)).customers

    assert not (await theirs.customers.ListCustomers(known)).customers
    body = wire(whatsapp(change(number=THEIRS_ID, messages=[message("wamid.again")])))
    headers = {"x-hub-signature-256": meta_signature(THEIRS, body)}
    answer = await acme.http.post(WHATSAPP, content=body, headers=headers)

    assert (answer.status_code, answer.content) == (200, b"")
    assert len((await theirs.customers.ListCustomers(known)).customers) == 1


async def test_sg_05_a_deadline_that_is_none_costs_a_neighbour_on_the_connection_nothing(
    acme: Acme, neighbours: tuple[Api, Api]
) -> None:
    """Two callers behind one proxy: one connection to Envoy, and Envoy's few to the service."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        neighbour = {"authorization": f"Bearer {await a_key(platform.api, 'next-door')}"}
    one = httpx2.Limits(max_connections=1)
    async with httpx2.AsyncClient(base_url=acme.front.url, limits=one, timeout=30) as proxy:
        good, bad = [], []
        for timeout in ("abc", "-5S", "1.5S", "", "9" * 20 + "S", "S"):
            theirs = {"authorization": f"Bearer {acme.key}", "grpc-timeout": timeout}
            asked = [
                proxy.get("/api/v1/customers", headers=each) for each in (theirs, neighbour) * 3
            ]
            answers = [each.status_code for each in await asyncio.gather(*asked)]
            bad += answers[::2]
            good += answers[1::2]

    assert (set(good), set(bad)) == ({200}, {400})


async def _channels(api: Api) -> list[channel_pb2.Channel]:
    listed = await api.channels.ListChannels(channel_pb2.ListChannelsRequest(tenant_id="rival"))
    return list(listed.channels)


async def _a_delivery(connection: asyncpg.Connection, account: channel_pb2.Channel) -> uuid.UUID:
    """A part of the rival's that is on its way, as rows: nobody sends in this process."""
    names = [uuid.uuid4() for _ in range(4)]
    account_id = uuid.UUID(account.id)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO tickets.customers (tenant_id, id) VALUES ('rival', $1)", names[0]
        )
        await connection.execute(
            """
            INSERT INTO tickets.conversations (tenant_id, id, account_id, channel, customer_id,
              peer_hash) VALUES ('rival', $1, $2, 'whatsapp', $3, 'x')
            """,
            *(names[1], account_id, names[0]),
        )
        await connection.execute(
            """
            INSERT INTO tickets.messages (tenant_id, id, conversation_id, author, kind, body)
            VALUES ('rival', $1, $2, 'agent', 'text', 'x')
            """,
            *(names[2], names[1]),
        )
        await connection.execute(
            """
            INSERT INTO tickets.deliveries (tenant_id, id, account_id, conversation_id, message_id,
              part_no, out_seq, author, body, holder_version, state, attempts)
            VALUES ('rival', $1, $2, $3, $4, 1, 1, 'agent', 'x', 1, 'sending', 1)
            """,
            *(names[3], account_id, names[1], names[2]),
        )
    return names[3]


async def test_sa_09_a_nearly_right_signature_is_refused_in_the_same_words(
    acme: Acme, neighbours: tuple[Api, Api]
) -> None:
    body = wire(whatsapp(change(number=OURS_ID, messages=[message("wamid.near")])))
    right = bytes.fromhex(meta_signature(APP, body).removeprefix("sha256="))
    near = [right[:n] + bytes(byte ^ 0xFF for byte in right[n:]) for n in range(32)]

    answers = [
        await acme.http.post(
            WHATSAPP, content=body, headers={"x-hub-signature-256": f"sha256={each.hex()}"}
        )
        for each in near
    ]

    assert {(each.status_code, each.content) for each in answers} == {(401, answers[0].content)}
    assert len({frozenset(each.headers) for each in answers}) == 1


async def test_sa_09_the_time_of_a_refusal_does_not_tell_how_near_a_signature_came() -> None:
    """Another process may take its time in between: what is real is there each time."""
    scores = [await asyncio.to_thread(_welch) for _ in range(3)]

    assert min(scores) < _WELCH


def _welch() -> float:
    body = b"x" * 200
    right = bytes.fromhex(meta_signature("secret", body).removeprefix("sha256="))
    near = "sha256=" + (right[:31] + bytes([right[31] ^ 1])).hex()
    far = "sha256=" + bytes(byte ^ 0xFF for byte in right).hex()
    took: dict[str, list[int]] = {near: [], far: []}
    for _ in range(1000):
        for header in (near, far):
            began = time.perf_counter_ns()
            assert signing_secret(["secret"], header, body) is None
            took[header].append(time.perf_counter_ns() - began)
    a, b = (sorted(each)[:900] for each in took.values())
    spread = statistics.variance(a) / len(a) + statistics.variance(b) / len(b)
    return float(abs(statistics.mean(a) - statistics.mean(b)) / max(spread, 1e-9) ** 0.5)
