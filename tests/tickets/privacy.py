"""A customer with one of everything, their erasure and export, in few words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import (
    conversation_pb2,
    customer_pb2,
    inbox_pb2,
    media_pb2,
    turn_pb2,
)
from cassava.tickets.v1 import privacy_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from tests.tickets.arrivals import accept, arriving, noting
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    finish,
)
from tests.tickets.desk import post, take_over

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

PEOPLE = ("11111111", "22222222")
PHONE, WORDS, NAME = "4915207779999", "zebra-4711", "Wilhelmina Quux"
PHOTO = conversation_pb2.Attachment(
    provider_id="9", mime_type="image/png", file_name=f"{WORDS}.png"
)
Status = inbox_pb2.AcceptResult.Status


def ago(**span: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC) - timedelta(**span))
    return stamp


async def a_story(mesh: Api, admin: Api, channel: Channel) -> inbox_pb2.InboundItem:
    """One of everything that can be held; the webhook's item that began it."""
    first = arriving(
        channel,
        f"wa_id={PHONE}",
        f"username={NAME}",
        key="wa:m:1",
        text=f"Hi, {WORDS}",
        attachments=[PHOTO],
        provider_time=ago(minutes=2),
        provider_message_id="wamid.1",
    )
    first.raw = f'{{"from":"{PHONE}","text":"{WORDS}"}}'.encode()
    first.arrival.contact.name = NAME
    (accepted,) = await accept(mesh, first)
    edit = arriving(channel, f"wa_id={PHONE}", text=f"Hi again, {WORDS}", edits="wa:m:1")
    await accept(mesh, edit, noting(channel, "reaction", f"wa_id={PHONE}", text=WORDS))
    await store_the_photo(mesh)
    await accept_unread(mesh, channel)
    wish = turn_pb2.TicketWish(category="billing")
    await a_bot_reply(mesh, f"About {WORDS}", ticket=wish)
    delivery, _ = await a_begun_delivery(mesh)
    await finish(mesh, delivery, provider_message_id="wamid.9")
    await take_over(admin, accepted.conversation_id)
    await post(admin, accepted.conversation_id, f"A person on {WORDS}")
    change = conversation_pb2.Conversation(tags=["vip"])
    await admin.conversations.UpdateConversation(
        conversation_pb2.UpdateConversationRequest(
            conversation_id=accepted.conversation_id, conversation=change
        )
    )
    customer = customer_pb2.Customer(name=NAME, attributes={"plan": WORDS})
    await admin.customers.UpdateCustomer(
        customer_pb2.UpdateCustomerRequest(customer_id=await the_customer(admin), customer=customer)
    )
    return first


async def accept_unread(mesh: Api, channel: Channel) -> None:
    """The same bytes each time."""
    item = inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key="wa:unread",
        unreadable=inbox_pb2.Unreadable(reason="unknown_kind"),
        raw=f'{{"from":"{PHONE}","what":"{WORDS}"}}'.encode(),
    )
    (result,) = (await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))).results
    assert result.status == Status.STATUS_DEAD_LETTER


async def store_the_photo(mesh: Api) -> None:
    request = media_pb2.ClaimMediaRequest(worker="w", free_slots=4)
    (job,) = (await mesh.media.ClaimMedia(request)).media
    await mesh.media.StoreMedia(
        media_pb2.StoreMediaRequest(
            tenant_id=job.tenant_id,
            message_id=job.message_id,
            position=job.position,
            fence=job.fence,
            data=WORDS.encode(),
            last=True,
        )
    )


async def customers(admin: Api) -> list[customer_pb2.Customer]:
    listed = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    return list(listed.customers)


async def the_customer(admin: Api) -> str:
    return (await customers(admin))[0].id


async def erase(admin: Api, customer_id: str) -> pb.Erasure:
    return (
        await admin.privacy.EraseCustomer(
            pb.EraseCustomerRequest(customer_id=customer_id), timeout=1
        )
    ).erasure


async def forgotten(mesh: Api, **removed: int) -> list[pb.ClaimedErasure]:
    """What a worker does: the others forget, and it says so."""
    claimed = (await mesh.privacy.ClaimErasures(pb.ClaimErasuresRequest(free_slots=4))).erasures
    for each in claimed:
        await mesh.privacy.FinishErasure(
            pb.FinishErasureRequest(
                tenant_id=each.tenant_id,
                customer_id=each.customer_id,
                fence=each.fence,
                removed=removed,
            )
        )
    return list(claimed)


async def standing(admin: Api, customer_id: str) -> pb.Erasure:
    return (await admin.privacy.GetErasure(pb.GetErasureRequest(customer_id=customer_id))).erasure


async def exported(admin: Api, customer_id: str) -> list[dict[str, Any]]:
    request = pb.ExportCustomerRequest(customer_id=customer_id)
    data = b"".join([piece.lines.data async for piece in admin.privacy.ExportCustomer(request)])
    return [json.loads(line) for line in data.splitlines()]


async def traces(root: asyncpg.Connection, *canaries: str) -> list[str]:
    """Tables in which one of these stands, as text or as bytes."""
    tables = await root.fetch(
        """
        SELECT c.oid::regclass::text AS name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        """
    )
    found = []
    for table in tables:
        rows = await root.fetch(f"SELECT x::text AS row FROM {table['name']} x")  # noqa: S608  # a catalog's name
        text = "\n".join(row["row"] for row in rows)
        found += [table["name"] for c in canaries if c in text or c.encode().hex() in text]
    return found
