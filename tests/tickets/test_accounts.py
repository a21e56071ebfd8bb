"""Finding accounts while no tenant is known: by what a webhook shows, for the mesh alone."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2 as pb
from cassava.tickets.v1 import tenant_pb2

from mesh.errors import NotAllowed
from tests.tickets.accounts import APP_SECRET, TELEGRAM, WHATSAPP, a_whatsapp, found, update
from tests.tickets.builders import (
    a_channel,
    a_secret,
    a_tenant,
)

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api


async def test_the_mesh_finds_an_account_with_its_secrets_by_what_a_webhook_shows(
    mesh: Api, admin: Api
) -> None:
    made = await a_whatsapp(admin, business_account_id="waba")
    token = hashlib.sha256(b"verify me").digest()

    by: list[dict[str, Any]] = [
        {"kind": WHATSAPP, "external_id": "4712"},
        {"kind": WHATSAPP, "business_account_id": "waba"},
        {"kind": WHATSAPP, "token_hash": token},
        {"kind": WHATSAPP, "all": True},
        {"kind": WHATSAPP, "tenant_id": "acme"},
        {"channel_id": made.id},
    ]

    for each in by:
        (account,) = await found(mesh, **each)
        assert (account.tenant_id, account.id, account.tenant_active) == ("acme", made.id, True)
        assert {s.value for s in account.secrets} == {"hush", "verify me"}


async def test_nothing_found_is_an_empty_list(mesh: Api, admin: Api) -> None:
    await a_whatsapp(admin)

    assert await found(mesh, kind=WHATSAPP, external_id="1") == []
    assert await found(mesh, kind=TELEGRAM, external_id="4712") == []
    assert await found(mesh, channel_id=str(uuid.uuid4())) == []
    assert await found(mesh, kind=WHATSAPP, token_hash=hashlib.sha256(b"hush").digest()) == []


async def test_accounts_of_several_tenants_are_found_together(
    mesh: Api, platform: Api, admin: Api
) -> None:
    await a_tenant(platform, "beta")
    await a_whatsapp(admin, "1", business_account_id="waba")
    await a_channel(
        platform,
        WHATSAPP,
        "beta",
        external_id="2",
        business_account_id="waba",
        secrets=[APP_SECRET],
    )
    await platform.tenants.ArchiveTenant(tenant_pb2.ArchiveTenantRequest(tenant_id="beta"))

    accounts = await found(mesh, kind=WHATSAPP, business_account_id="waba")

    assert {(a.tenant_id, a.tenant_active) for a in accounts} == {("acme", True), ("beta", False)}


async def test_only_the_mesh_finds_accounts(platform: Api, admin: Api) -> None:
    for api in (admin, platform):
        with pytest.raises(NotAllowed):
            await found(api, kind=WHATSAPP, external_id="4712")


async def test_a_given_kind_of_secret_replaces_all_of_that_kind(mesh: Api, admin: Api) -> None:
    channel = await a_whatsapp(admin)
    rotated = [a_secret(pb.SECRET_KIND_APP_SECRET, value) for value in ("new", "hush")]

    await admin.channels.UpdateChannel(update(channel, secrets=rotated))

    (account,) = await found(mesh, channel_id=channel.id)
    kept = {(s.kind, s.value) for s in account.secrets}
    assert kept == {
        (pb.SECRET_KIND_APP_SECRET, "new"),
        (pb.SECRET_KIND_APP_SECRET, "hush"),
        (pb.SECRET_KIND_VERIFY_TOKEN, "verify me"),
    }


async def test_a_secret_moved_to_another_row_does_not_open(
    mesh: Api, admin: Api, root: asyncpg.Connection
) -> None:
    channel = await a_whatsapp(admin)
    await root.execute(
        """
        UPDATE channel_secrets SET sealed = o.sealed
          FROM channel_secrets o
         WHERE o.kind = 'verify_token' AND channel_secrets.kind = 'app_secret'
        """
    )

    with pytest.raises(Exception, match="internal error"):
        await found(mesh, channel_id=channel.id)
