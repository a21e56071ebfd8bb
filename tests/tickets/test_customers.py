"""CustomerService: who writes."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import customer_pb2 as pb

from mesh.errors import InvalidInput, NotFound
from tests.tickets.builders import a_key, a_message, a_tenant

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


async def test_a_customer_is_shown_with_every_name_the_channel_knows(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_message(mesh, channel, who="kim")

    (listed,) = (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers
    read = await admin.customers.GetCustomer(pb.GetCustomerRequest(customer_id=listed.id))

    assert (read.customer.id, read.customer.name) == (listed.id, listed.name)
    assert list(read.customer.aliases) == list(listed.aliases)
    assert (listed.name, listed.tenant_id) == ("Kim", "acme")
    assert list(listed.aliases) == [
        pb.Alias(kind="customer_id", value="kim", channel_id=channel.id)
    ]


async def test_a_customer_who_writes_twice_is_one(mesh: Api, admin: Api, channel: Channel) -> None:
    for _ in range(2):
        await a_message(mesh, channel, who="kim")

    listed = await admin.customers.ListCustomers(pb.ListCustomersRequest())

    assert len(listed.customers) == 1


async def test_a_list_continues_where_it_stopped(mesh: Api, admin: Api, channel: Channel) -> None:
    for who in ("kim", "lee", "mo"):
        await a_message(mesh, channel, who=who)

    request = pb.ListCustomersRequest(page_size=2)
    first = await admin.customers.ListCustomers(request)
    request.page_token = first.next_page_token
    rest = await admin.customers.ListCustomers(request)

    assert [c.name for c in (*first.customers, *rest.customers)] == ["Mo", "Lee", "Kim"]


async def test_another_tenants_customer_is_not_found(
    mesh: Api, platform: Api, admin: Api, channel: Channel, door: Door
) -> None:
    await a_message(mesh, channel)
    (known,) = (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    for missing in (known.id, str(uuid.uuid4())):
        with pytest.raises(NotFound) as refusal:
            await stranger.customers.GetCustomer(pb.GetCustomerRequest(customer_id=missing))
        assert refusal.value.reason == "CUSTOMER_NOT_FOUND"


async def test_merges_at_once_leave_one_person(mesh: Api, admin: Api, channel: Channel) -> None:
    names = [f"kim{number}" for number in range(12)]
    for who in names:
        await a_message(mesh, channel, who=who)
    customers = (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers
    ids = [customer.id for customer in customers]

    async def merge(kept: str, other: str) -> None:
        request = pb.MergeCustomersRequest(customer_id=kept, other_customer_id=other)
        await admin.customers.MergeCustomers(request)

    await asyncio.gather(*(merge(*pair) for pair in itertools.pairwise([*ids, ids[0]])))

    found = [
        (await admin.customers.GetCustomer(pb.GetCustomerRequest(customer_id=each))).customer
        for each in ids
    ]
    assert len({customer.id for customer in found}) == 1
    assert sorted(alias.value for alias in found[0].aliases) == sorted(names)
    assert found[0].history.conversations == len(names)


async def test_an_erased_customer_is_gone(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    (known,) = (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers

    await root.execute("UPDATE customers SET erased_at = now()")

    assert not (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers
    with pytest.raises(NotFound):
        await admin.customers.GetCustomer(pb.GetCustomerRequest(customer_id=known.id))


async def test_a_customer_is_not_merged_with_itself_and_a_repeated_merge_is_done_already(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    for who in ("kim", "kim2"):
        await a_message(mesh, channel, who=who)
    customers = (await admin.customers.ListCustomers(pb.ListCustomersRequest())).customers
    kept, other = (customer.id for customer in customers)

    with pytest.raises(InvalidInput) as refusal:
        await admin.customers.MergeCustomers(
            pb.MergeCustomersRequest(customer_id=kept, other_customer_id=kept.upper())
        )
    for _ in range(2):
        merged = await admin.customers.MergeCustomers(
            pb.MergeCustomersRequest(customer_id=kept, other_customer_id=other)
        )

    assert refusal.value.violations[0].field == "other_customer_id"
    assert (merged.customer.id, len(merged.customer.aliases)) == (kept, 2)
