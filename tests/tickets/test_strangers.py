"""Whoever names what another tenant has hears what they would hear of what nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2, customer_pb2, privacy_pb2, ticket_pb2

from mesh.errors import NotFound
from mesh.ids import uuid7
from tests.tickets.builders import a_key, a_tenant
from tests.tickets.desk import a_conversation, read, take_over

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door

_SERVICES = {
    "conversations": conversation_pb2,
    "tickets": ticket_pb2,
    "customers": customer_pb2,
    "privacy": privacy_pb2,
}
# Lists name nothing; these two are a worker's.
_NOT_OF_ONE_THING = {"ListConversations", "ListTickets", "ListCustomers"}
_OF_THE_MESH = {"ClaimErasures", "FinishErasure"}
_SAID: dict[str, Any] = {"text": "Hello", "rating": 3, "kind": 1}
_THINGS: dict[str, dict[str, Any]] = {
    "conversation": {"tags": ["vip"]},
    "ticket": {"subject": "An invoice"},
    "customer": {"name": "Kim"},
}


def verbs() -> list[tuple[str, Any, Any]]:
    """Every method about one thing: its stub's name, its descriptor, its module."""
    return [
        (stub, method, module)
        for stub, module in _SERVICES.items()
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        if method.name not in _NOT_OF_ONE_THING | _OF_THE_MESH and not method.server_streaming
    ]


def request_of(method: Any, module: Any, ids: dict[str, str]) -> Any:
    said = ids | _SAID | _THINGS
    names = [field.name for field in method.input_type.fields if field.name in said]
    return getattr(module, method.input_type.name)(**{name: said[name] for name in names})


async def refusal(api: Api, stub: str, name: str, request: Any) -> str:
    with pytest.raises(NotFound) as refused:
        await getattr(getattr(api, stub), name)(request)
    return refused.value.reason


async def test_every_verb_finds_as_little_of_another_tenants_as_of_nobodys(
    mesh: Api, admin: Api, platform: Api, channel: Channel, door: Door
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    known = await take_over(admin, conversation_id)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))
    theirs = {
        "conversation_id": known.id,
        "ticket_id": known.ticket_id,
        "other_ticket_id": known.ticket_id,
        "customer_id": known.customer_id,
        "other_customer_id": str(uuid7()),
        "message_id": known.id,
    }
    nobodys = {name: str(uuid7()) for name in theirs}

    for stub, method, module in verbs():
        seen = [
            await refusal(stranger, stub, method.name, request_of(method, module, ids))
            for ids in (theirs, nobodys)
        ]
        assert seen[0] == seen[1], method.name
    assert (await read(admin, conversation_id)).etag == known.etag
