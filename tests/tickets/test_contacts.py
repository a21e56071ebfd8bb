"""A contact is a set of names: whichever one is told, it is the same person's conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import customer_pb2

from tests.tickets.arrivals import accept, arriving, noting

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

PHONE, USER, USER_NOW = "wa_id=256700000001", "bsuid=UG.111", "bsuid=UG.222"


async def test_a_person_stays_one_when_a_user_id_comes_along(mesh: Api, channel: Channel) -> None:
    (first,) = await accept(mesh, arriving(channel, PHONE))
    (second,) = await accept(mesh, arriving(channel, USER, PHONE))
    (third,) = await accept(mesh, arriving(channel, USER))

    assert first.conversation_id == second.conversation_id == third.conversation_id


async def test_two_first_messages_of_one_batch_are_one_person(mesh: Api, channel: Channel) -> None:
    both = await accept(mesh, arriving(channel, PHONE), arriving(channel, USER, PHONE))

    assert both[0].conversation_id == both[1].conversation_id


async def test_trap_05_a_changed_user_id_leads_to_the_same_person(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    (first,) = await accept(mesh, arriving(channel, USER))
    await accept(mesh, noting(channel, "user_id_update", USER, USER_NOW))
    (second,) = await accept(mesh, arriving(channel, USER_NOW))

    assert first.conversation_id == second.conversation_id
    listed = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    assert [alias.value for alias in listed.customers[0].aliases] == ["UG.111", "UG.222"]


async def test_trap_05_who_wrote_under_a_new_user_id_before_we_were_told_is_nobody_else(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await accept(mesh, arriving(channel, USER))
    await accept(mesh, arriving(channel, USER_NOW))
    await accept(mesh, noting(channel, "user_id_update", USER, USER_NOW))

    listed = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    assert [[alias.value for alias in one.aliases] for one in listed.customers] == [
        ["UG.111", "UG.222"]
    ]


async def test_a_number_that_passed_on_takes_nobodys_history_along(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await accept(mesh, arriving(channel, PHONE))
    await accept(mesh, arriving(channel, "wa_id=256700000002"))
    await accept(mesh, noting(channel, "system", PHONE, "wa_id=256700000002"))

    listed = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    assert len(listed.customers) == 2


async def test_trap_16_a_group_that_moved_is_answered_at_its_new_address(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    old, new = "telegram_chat=-1", "telegram_chat=-100"
    (first,) = await accept(mesh, arriving(channel, old))
    await accept(mesh, noting(channel, "service", old, new, address="-100"))

    assert await root.fetchval("SELECT reply_address FROM conversations") == "-100"
    (second,) = await accept(mesh, arriving(channel, new))
    assert first.conversation_id == second.conversation_id


async def test_a_user_name_that_passed_on_is_nobodys_conversation(
    mesh: Api, channel: Channel
) -> None:
    (first,) = await accept(mesh, arriving(channel, "bsuid=UG.1", "username=amina"))
    (second,) = await accept(mesh, arriving(channel, "bsuid=UG.2", "username=amina"))

    assert first.conversation_id != second.conversation_id


async def test_an_answer_goes_to_the_thread_of_the_latest_message(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, PHONE, thread="topic:1"))
    await accept(mesh, arriving(channel, PHONE, thread="topic:2"))

    assert await root.fetchval("SELECT thread FROM conversations") == "topic:2"


@pytest.mark.parametrize("kind", ["account_notice", "update:poll", "field:calls"])
async def test_what_names_nobody_is_kept_and_is_no_dead_letter(
    mesh: Api, channel: Channel, root: asyncpg.Connection, kind: str
) -> None:
    await accept(mesh, noting(channel, kind))

    assert await root.fetchval("SELECT kind FROM inbound_notes") == kind
    assert await root.fetchval("SELECT count(*) FROM dead_letters") == 0


async def test_a_stop_of_marketing_is_shown_on_the_customer(mesh: Api, channel: Channel) -> None:
    wishes = []
    await accept(mesh, arriving(channel, PHONE))
    for wish in ("stop", "resume"):
        await accept(mesh, noting(channel, "user_preference", PHONE, text=f"marketing {wish}"))
        request = customer_pb2.ListCustomersRequest(tenant_id="acme")
        wishes.append((await mesh.customers.ListCustomers(request)).customers[0].marketing_stopped)

    assert wishes == [True, False]


async def test_trap_06_two_spellings_of_a_number_are_one_only_by_what_both_name(
    mesh: Api, channel: Channel
) -> None:
    long, short = "wa_id=5511912345678", "wa_id=551112345678"
    alone, other = await accept(mesh, arriving(channel, long), arriving(channel, short))
    assert alone.conversation_id != other.conversation_id

    (named,) = await accept(mesh, arriving(channel, "bsuid=BR.1", long))
    assert named.conversation_id == alone.conversation_id
