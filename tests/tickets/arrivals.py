"""What gateways hand in, in few words: whoever writes, by whatever names."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import conversation_pb2, inbox_pb2

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

Status = inbox_pb2.AcceptResult.Status


def arriving(
    channel: Channel, *names: str, key: str = "", text: str = "Hello?", **said: Any
) -> inbox_pb2.InboundItem:
    """Names are `kind=value`; the first is the stable one."""
    pairs = [name.split("=", 1) for name in names]
    address = next((value for kind, value in pairs if kind != "username"), "")
    contact = inbox_pb2.Contact(
        aliases=[inbox_pb2.ContactAlias(kind=kind, value=value) for kind, value in pairs],
        reply_address=said.pop("address", address),
        thread=said.pop("thread", ""),
    )
    arrival = inbox_pb2.Arrival(
        contact=contact,
        kind=said.pop("kind", conversation_pb2.MESSAGE_KIND_TEXT),
        text=text.encode(),
        **said,
    )
    return inbox_pb2.InboundItem(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key=key or f"wa:m:{uuid.uuid4()}",
        raw=b"{}",
        arrival=arrival,
    )


def noting(channel: Channel, note: str, *names: str, text: str = "", **said: Any) -> Any:
    """Something that opens no turn."""
    return arriving(channel, *names, text=text, note=note, silent=True, **said)


async def accept(api: Api, *items: inbox_pb2.InboundItem) -> list[inbox_pb2.AcceptResult]:
    """One batch; every item of it has to be taken."""
    results = list((await api.inbox.Accept(inbox_pb2.AcceptRequest(items=items))).results)
    assert {result.status for result in results} == {inbox_pb2.AcceptResult.STATUS_ACCEPTED}
    return results
