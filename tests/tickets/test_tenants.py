"""TenantService, through a real port."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import access_pb2, channel_pb2
from cassava.tickets.v1 import tenant_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn
from tests.tickets.builders import a_key, a_tenant

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


def update(
    tenant_id: str = "acme", mask: tuple[str, ...] = (), **said: Any
) -> pb.UpdateTenantRequest:
    return pb.UpdateTenantRequest(
        tenant_id=tenant_id, tenant=pb.Tenant(**said), update_mask=FieldMask(paths=mask)
    )


async def test_a_new_tenant_is_active_and_can_be_read_by_its_own_key(
    platform: Api, door: Door
) -> None:
    made = await a_tenant(platform, "acme")
    viewer = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_VIEWER))

    read = await viewer.tenants.GetTenant(pb.GetTenantRequest())

    assert read.tenant == made
    assert read.tenant.state == pb.Tenant.STATE_ACTIVE


async def test_a_new_tenant_has_a_channel_for_the_test_endpoint(mesh: Api, platform: Api) -> None:
    await a_tenant(platform, "acme")

    found = await mesh.channels.FindAccount(
        channel_pb2.FindAccountRequest(kind=kind_pb2.CHANNEL_KIND_TEST, tenant_id="acme")
    )

    assert [account.sandbox for account in found.accounts] == [True]


async def test_a_taken_id_is_refused(platform: Api) -> None:
    await a_tenant(platform, "acme")

    with pytest.raises(Conflict) as refusal:
        await a_tenant(platform, "acme")

    assert refusal.value.reason == "TENANT_EXISTS"


async def test_a_repeated_request_makes_one_tenant_and_gets_the_first_answer(platform: Api) -> None:
    request = pb.CreateTenantRequest(tenant=pb.Tenant(id="acme", name="Acme"), request_id="r1")

    answers = await asyncio.gather(*(platform.tenants.CreateTenant(request) for _ in range(4)))

    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "tenant.policy.time_zone"),
        ({"time_zone": "../etc/passwd"}, "tenant.policy.time_zone"),
        ({"first_response_minutes": [1, 2]}, "tenant.policy.first_response_minutes"),
        ({"first_response_minutes": [1, 2, 3, 0]}, "tenant.policy.first_response_minutes"),
        (
            {"debounce_milliseconds": 4000, "debounce_most_milliseconds": 1000},
            "tenant.policy.debounce_most_milliseconds",
        ),
    ],
)
async def test_a_policy_that_makes_no_sense_is_refused_by_field(
    platform: Api, policy: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await a_tenant(platform, **policy)

    assert [violation.field for violation in refusal.value.violations] == [field]


async def test_a_mask_changes_what_it_names_and_nothing_else(platform: Api, admin: Api) -> None:
    await admin.tenants.UpdateTenant(update(policy={"tone": "warm", "turn_limit": 3}))

    changed = await admin.tenants.UpdateTenant(
        update(
            mask=("policy.tone", "name"), name="Acme Ltd", policy={"tone": "dry", "turn_limit": 9}
        )
    )

    assert changed.tenant.name == "Acme Ltd"
    assert (changed.tenant.policy.tone, changed.tenant.policy.turn_limit) == ("dry", 3)


async def test_naming_an_unset_field_puts_it_back_to_the_platforms_default(admin: Api) -> None:
    changed = await admin.tenants.UpdateTenant(update(mask=("policy.debounce_milliseconds",)))

    assert not changed.tenant.policy.HasField("debounce_milliseconds")


async def test_what_may_not_be_changed_is_refused(admin: Api) -> None:
    with pytest.raises(InvalidInput):
        await admin.tenants.UpdateTenant(update(mask=("state",)))


async def test_sql_reads_the_policy_with_its_defaults(admin: Api, root: asyncpg.Connection) -> None:
    await admin.tenants.UpdateTenant(
        update(mask=("policy",), policy={"reopen_hours": 0, "debounce_milliseconds": 100})
    )

    row = await root.fetchrow("SELECT debounce_ms, debounce_most_ms, reopen_hours FROM tenants")

    assert row is not None
    assert tuple(row) == (100, 4000, 0)


async def test_an_old_etag_is_refused(admin: Api) -> None:
    first = await admin.tenants.UpdateTenant(update(name="One"))
    await admin.tenants.UpdateTenant(update(name="Two", etag=first.tenant.etag))

    with pytest.raises(ChangedMeanwhile):
        await admin.tenants.UpdateTenant(update(name="Three", etag=first.tenant.etag))


async def test_a_tenant_sees_itself_and_the_platform_sees_all_page_by_page(
    platform: Api, admin: Api
) -> None:
    for name in ("beta", "gamma"):
        await a_tenant(platform, name)

    own = await admin.tenants.ListTenants(pb.ListTenantsRequest())
    first = await platform.tenants.ListTenants(pb.ListTenantsRequest(page_size=2))
    rest = await platform.tenants.ListTenants(
        pb.ListTenantsRequest(page_size=2, page_token=first.next_page_token)
    )

    assert [t.id for t in own.tenants] == ["acme"]
    assert [t.id for t in first.tenants] == ["acme", "beta"]
    assert [t.id for t in rest.tenants] == ["gamma"]
    assert not rest.next_page_token


async def test_another_tenants_name_is_refused_whether_it_exists_or_not(admin: Api) -> None:
    with pytest.raises(NotAllowed):
        await admin.tenants.GetTenant(pb.GetTenantRequest(tenant_id="nobody"))


async def test_the_platform_is_told_that_there_is_no_such_tenant(platform: Api) -> None:
    with pytest.raises(NotFound) as refusal:
        await platform.tenants.GetTenant(pb.GetTenantRequest(tenant_id="nobody"))

    assert refusal.value.reason == "TENANT_NOT_FOUND"


async def test_an_admin_makes_no_tenants(admin: Api) -> None:
    with pytest.raises(NotAllowed):
        await admin.tenants.CreateTenant(pb.CreateTenantRequest(tenant=pb.Tenant(id="acme")))


async def test_the_keys_of_an_archived_tenant_open_nothing(platform: Api, admin: Api) -> None:
    archive = pb.ArchiveTenantRequest(tenant_id="acme")
    await platform.tenants.ArchiveTenant(archive)
    archived = await platform.tenants.ArchiveTenant(archive)

    assert archived.tenant.state == pb.Tenant.STATE_ARCHIVED
    with pytest.raises(NotSignedIn):
        await admin.tenants.GetTenant(pb.GetTenantRequest())


async def test_changes_are_in_the_audit_log_with_who_made_them(
    admin: Api, root: asyncpg.Connection
) -> None:
    await admin.tenants.UpdateTenant(update(name="Acme Ltd"))

    rows = await root.fetch("SELECT actor, action, detail FROM audit_log ORDER BY id")

    actions = [(row["action"], row["detail"]) for row in rows]
    assert actions == [
        ("tenant.created", ""),
        ("key.created", "admin Robin"),
        ("tenant.updated", "name"),
    ]
    assert rows[-1]["actor"].endswith(" Robin")


async def test_a_key_for_no_tenant_is_not_made(platform: Api) -> None:
    request = access_pb2.CreateKeyRequest(tenant_id="nobody", role=caller_pb2.CALLER_ADMIN)

    with pytest.raises(NotFound):
        await platform.access.CreateKey(request)


async def test_the_platform_alone_changes_a_tenants_weight(platform: Api, admin: Api) -> None:
    heavier = pb.UpdateTenantRequest(tenant_id="acme", tenant=pb.Tenant(weight=5))

    with pytest.raises(NotAllowed, match="weight"):
        await admin.tenants.UpdateTenant(heavier)
    changed = (await platform.tenants.UpdateTenant(heavier)).tenant
    again = await admin.tenants.UpdateTenant(
        pb.UpdateTenantRequest(tenant_id="acme", tenant=pb.Tenant(name="Acme", weight=5))
    )

    assert (changed.weight, again.tenant.weight) == (5, 5)


async def test_a_text_that_cannot_be_stored_is_refused_in_words(admin: Api) -> None:
    request = update(name="Acme")
    request.request_id = "a\0b"

    with pytest.raises(InvalidInput, match="NUL"):
        await admin.tenants.UpdateTenant(request)
