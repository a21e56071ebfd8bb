"""Everything held on a customer, as one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import (
    inbox_pb2,
)

from tests.tickets.arrivals import accept, arriving
from tests.tickets.privacy import (
    NAME,
    WORDS,
    a_story,
    erase,
    exported,
    the_customer,
)

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

Status = inbox_pb2.AcceptResult.Status
# Of these the customer's rows are found by another way than a foreign key.
_ELSEWHERE = {"customers", "erasures"}


async def test_an_export_holds_every_row_and_says_how_many_there_are(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await a_story(mesh, admin, channel)

    *records, end = await exported(admin, await the_customer(admin))

    assert end == {"type": "end", "records": len(records)}
    assert {record["type"] for record in records} == {
        "customer",
        "aliases",
        "notes",
        "conversations",
        "messages",
        "conversation_tags",
        "tickets",
        "sla_clocks",
        "turns",
        "message_revisions",
        "attachments",
        "attachment_pieces",
        "deliveries",
        "delivery_attempts",
        "unread",
    }
    said = {record["body"] for record in records if record["type"] == "messages"}
    assert {f"Hi again, {WORDS}", f"About {WORDS}", f"A person on {WORDS}"} <= said
    customer = records[0]
    assert (customer["name"], customer["attributes"]) == (NAME, {"plan": WORDS})


async def test_erasures_and_exports_are_written_down(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    await accept(mesh, arriving(channel, "wa_id=1"))
    customer_id = await the_customer(admin)

    await exported(admin, customer_id)
    await erase(admin, customer_id)
    await erase(admin, customer_id)

    noted = await root.fetch(
        "SELECT action FROM audit_log WHERE subject = $1 ORDER BY id", customer_id
    )
    assert [row["action"] for row in noted] == ["customer.exported", "customer.erased"]
