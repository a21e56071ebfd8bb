"""Who may call what."""

from __future__ import annotations

import hashlib
import time

import grpc
import pytest
from cassava.tickets.v1 import inbox_pb2, tenant_pb2, ticket_pb2, ticket_pb2_grpc, turn_pb2
from cassava.type.v1 import access_pb2 as type_pb2
from google.protobuf.message import Message

from mesh.access import (
    MESH_TOKEN,
    Caller,
    Gate,
    MeshIdentity,
    Role,
    current_caller,
    least_caller,
    may,
)
from mesh.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, Unavailable
from mesh.guesses import Guesses
from mesh.keys import RemoteKeys
from mesh.quota import Quota
from mesh.valkey import Valkey
from tests.mesh.desk import (
    KEYS,
    MESH_KEY,
    Desk,
    FixedKeys,
    Register,
    a_stranger,
    dialled,
    get,
    key,
    serving,
)

GET = "/cassava.tickets.v1.TicketService/GetTicket"
RESOLVE = "/cassava.tickets.v1.TicketService/ResolveTicket"
CREATE_TENANT = "/cassava.tickets.v1.TenantService/CreateTenant"
ACCEPT = "/cassava.tickets.v1.InboxService/Accept"
CLAIM = f"/{turn_pb2.DESCRIPTOR.services_by_name['TurnService'].full_name}/ClaimTurns"


def gate(anonymous_tenant: str | None = None, keys: FixedKeys | None = None) -> Gate:
    identity, no_quota = MeshIdentity(MESH_KEY, "tickets"), Quota(Valkey(None), 0)
    return Gate(identity, keys or FixedKeys(), no_quota, Guesses(), anonymous_tenant)


class Directory(FixedKeys):
    """Has the tenants that a test made, and remembers whom it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.made: set[str] = set()

    async def check_tenant(self, tenant_id: str) -> None:
        self.asked.append(tenant_id)
        if tenant_id not in self.made:
            raise NotFound(f"no tenant {tenant_id}")


async def admitted(at: Gate, method: str, metadata: dict[str, str], request: Message) -> Caller:
    caller = await at.know(metadata)
    await at.admit(caller, method, request)
    return caller


def by_key(name: str) -> dict[str, str]:
    return dict(key(name))


def by_mesh(audience: str = "tickets") -> dict[str, str]:
    return {MESH_TOKEN: MeshIdentity(MESH_KEY, "gateway").token(audience)}


def test_the_rights_are_those_of_the_contract() -> None:
    ours = {role.name: role.value for role in Role}
    theirs = {
        name.removeprefix("CALLER_"): number
        for name, number in type_pb2.Caller.items()
        if number != type_pb2.CALLER_UNSPECIFIED
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("method", "opens"),
    [
        (GET, "VIEWER AGENT ADMIN PLATFORM MESH"),
        (RESOLVE, "AGENT ADMIN PLATFORM MESH"),
        (CREATE_TENANT, "PLATFORM MESH"),
        (ACCEPT, "INGEST MESH"),
        (CLAIM, "MESH"),
    ],
)
def test_a_right_opens_what_the_contract_says(method: str, opens: str) -> None:
    allowed = {role for role in Role if may(role, least_caller(method))}

    assert {role.name for role in allowed} == set(opens.split())


async def test_a_right_too_small_is_refused() -> None:
    with pytest.raises(NotAllowed):
        await admitted(gate(), RESOLVE, by_key("viewer"), ticket_pb2.ResolveTicketRequest())


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"authorization": "Bearer csk_nobody"},
        {"authorization": "Bearer "},
        {"authorization": "Basic abc"},
        {"authorization": "Bearer " + "x" * 5000},
        {MESH_TOKEN: "e30=.e30="},
        {MESH_TOKEN: "x"},
        {MESH_TOKEN: "é.é"},
    ],
)
async def test_who_cannot_say_who_they_are_is_not_signed_in(metadata: dict[str, str]) -> None:
    with pytest.raises(NotSignedIn):
        await admitted(gate(), GET, metadata, get())


async def test_a_bad_key_is_not_a_caller_without_a_key() -> None:
    with pytest.raises(NotSignedIn):
        await admitted(gate("demo"), GET, {"authorization": "Bearer csk_nobody"}, get())


async def test_without_a_key_the_development_tenants_admin_calls() -> None:
    request = get()

    caller = await admitted(gate("demo"), GET, {}, request)

    assert (caller.tenant_id, caller.role, request.tenant_id) == ("demo", Role.ADMIN, "demo")
    with pytest.raises(NotAllowed):
        await admitted(gate("demo"), GET, {}, get(tenant_id="acme"))
    with pytest.raises(NotAllowed):
        await admitted(gate("demo"), CREATE_TENANT, {}, tenant_pb2.CreateTenantRequest())


async def test_a_tenants_key_reaches_no_other_tenant() -> None:
    with pytest.raises(NotAllowed):
        await admitted(gate(), GET, by_key("viewer"), get(tenant_id="other"))


async def test_nor_does_an_item_of_its_batch() -> None:
    foreign = inbox_pb2.InboundItem(tenant_id="other")
    batch = inbox_pb2.AcceptRequest(items=[inbox_pb2.InboundItem(tenant_id="acme"), foreign])

    with pytest.raises(NotAllowed):
        await admitted(gate(), ACCEPT, by_key("ingest"), batch)


async def test_a_platform_key_names_the_tenant() -> None:
    caller = await admitted(gate(), GET, by_key("platform"), get(tenant_id="acme"))

    assert caller.tenant_id is None
    with pytest.raises(InvalidInput) as raised:
        await admitted(gate(), GET, by_key("platform"), get())
    assert raised.value.violations[0].field == "tenant_id"


async def test_the_mesh_calls_everything_for_any_tenant() -> None:
    request = get(tenant_id="anyone")

    caller = await admitted(gate(), GET, by_mesh(), request)

    assert (caller.role, caller.name, request.tenant_id) == (Role.MESH, "gateway", "anyone")
    assert current_caller() == caller


async def test_a_mesh_token_is_good_for_one_service_only() -> None:
    with pytest.raises(NotSignedIn):
        await admitted(gate(), GET, by_mesh("responder"), get())


def test_a_mesh_token_ends() -> None:
    now = [time.time()]
    identity = MeshIdentity(MESH_KEY, "tickets", clock=lambda: now[0])
    token = MeshIdentity(MESH_KEY, "gateway").token("tickets")
    assert identity.verify(token).name == "gateway"

    now[0] += 66

    with pytest.raises(NotSignedIn):
        identity.verify(token)


def test_a_changed_mesh_token_is_refused() -> None:
    said, _, mac = MeshIdentity(MESH_KEY, "gateway").token("tickets").partition(".")
    identity = MeshIdentity(MESH_KEY, "tickets")

    for forged in (f"{said[:-2]}AA.{mac}", f"{said}.{mac[:-2]}", f"{said}.", f".{mac}"):
        with pytest.raises(NotSignedIn):
            identity.verify(forged)


async def test_over_the_wire_a_stranger_is_unauthenticated() -> None:
    async with serving(Desk()) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.GetTicket(get())

    assert raised.value.code() == grpc.StatusCode.UNAUTHENTICATED


async def test_a_tenant_that_the_platform_named_is_sought_until_it_is_found() -> None:
    directory = Directory()
    at, request = gate(keys=directory), ticket_pb2.GetTicketRequest(tenant_id="acme")
    with pytest.raises(NotFound, match="no tenant acme"):
        await admitted(at, GET, by_key("platform"), request)
    directory.made.add("acme")

    for _ in range(2):
        await admitted(at, GET, by_key("platform"), request)

    assert directory.asked == ["acme", "acme"]


async def test_tickets_is_asked_once_in_a_while_whose_key_it_is() -> None:
    register = Register()
    async with serving(register) as address, dialled(address) as channel:
        keys = RemoteKeys(channel)
        first = await keys.verify("csk_agent")
        again = await keys.verify("csk_agent")

    assert first == again == Caller("acme", Role.AGENT, "agent", "")
    assert register.asked == 1


async def test_a_key_nobody_has_is_refused() -> None:
    async with serving(Register()) as address, dialled(address) as channel:
        with pytest.raises(NotSignedIn):
            await RemoteKeys(channel).verify("csk_nobody")


async def test_a_known_key_stays_good_for_a_while_when_tickets_is_away() -> None:
    now = [0.0]
    async with dialled("127.0.0.1:1") as away:
        keys = RemoteKeys(away, clock=lambda: now[0])
        keys._known[hashlib.sha256(b"csk_agent").digest()] = (0.0, KEYS["csk_agent"])
        now[0] = 40.0
        caller = await keys.verify("csk_agent")
        now[0] = 56.0
        with pytest.raises(Unavailable):
            await keys.verify("csk_agent")

    assert caller.role is Role.AGENT


async def test_a_revoked_key_ends_within_a_minute() -> None:
    register, now = Register(), [0.0]
    async with serving(register) as address, dialled(address) as channel:
        keys = RemoteKeys(channel, clock=lambda: now[0])
        await keys.verify("csk_agent")
        register.revoked.add("csk_agent")
        now[0] = 31.0
        with pytest.raises(NotSignedIn):
            await keys.verify("csk_agent")
