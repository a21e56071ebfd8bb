"""ChannelService: secrets go in, and come out to the mesh alone."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2 as pb
from cassava.tickets.v1 import tenant_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import Conflict, InvalidInput, NotAllowed
from tests.tickets.builders import (
    a_channel,
    a_secret,
    a_tenant,
)

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api

WHATSAPP, TELEGRAM = kind_pb2.CHANNEL_KIND_WHATSAPP, kind_pb2.CHANNEL_KIND_TELEGRAM
APP_SECRET = a_secret(pb.SECRET_KIND_APP_SECRET, "hush")
VERIFY_TOKEN = a_secret(pb.SECRET_KIND_VERIFY_TOKEN, "verify me")


async def found(mesh: Api, **by: Any) -> list[pb.Account]:
    response = await mesh.channels.FindAccount(pb.FindAccountRequest(**by))
    return list(response.accounts)


def update(channel: pb.Channel, mask: tuple[str, ...] = (), **said: Any) -> pb.UpdateChannelRequest:
    return pb.UpdateChannelRequest(
        channel_id=channel.id, channel=pb.Channel(**said), update_mask=FieldMask(paths=mask)
    )


async def a_whatsapp(api: Api, number: str = "4712", **said: Any) -> pb.Channel:
    secrets = said.pop("secrets", [APP_SECRET, VERIFY_TOKEN])
    return await a_channel(api, WHATSAPP, external_id=number, secrets=secrets, **said)


async def test_secrets_never_come_back_to_who_gave_them(admin: Api) -> None:
    made = await a_whatsapp(admin)

    read = await admin.channels.GetChannel(pb.GetChannelRequest(channel_id=made.id))
    listed = await admin.channels.ListChannels(pb.ListChannelsRequest())

    assert not made.secrets
    assert read.channel == made
    assert made in listed.channels


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


async def test_an_external_id_belongs_to_one_account_of_all_tenants(
    platform: Api, admin: Api
) -> None:
    await a_tenant(platform, "beta")
    await a_whatsapp(admin)

    with pytest.raises(Conflict) as refusal:
        await a_channel(platform, WHATSAPP, "beta", external_id="4712")

    assert refusal.value.reason == "CHANNEL_EXISTS"


async def test_an_account_cannot_be_moved_onto_anothers_external_id(admin: Api) -> None:
    await a_whatsapp(admin, "1")
    other = await a_whatsapp(admin, "2")

    with pytest.raises(Conflict) as refusal:
        await admin.channels.UpdateChannel(update(other, external_id="1"))

    assert refusal.value.reason == "CHANNEL_EXISTS"


async def test_a_bot_is_known_by_the_number_in_its_token(admin: Api) -> None:
    token = a_secret(pb.SECRET_KIND_BOT_TOKEN, "123456:AAbbCCddEEffGG")

    bot = await a_channel(admin, TELEGRAM, secrets=[token])

    assert bot.external_id == "123456"


async def test_a_custom_channel_is_known_by_its_own_id(admin: Api) -> None:
    given = str(uuid.uuid4())

    channel = await a_channel(admin, id=given)

    assert (channel.id, channel.external_id) == (given, given)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": WHATSAPP}, "channel.external_id"),
        ({"kind": WHATSAPP, "external_id": "+49 30"}, "channel.external_id"),
        ({"kind": TELEGRAM}, "channel.external_id"),
        ({"kind": TELEGRAM, "external_id": "1", "secrets": [APP_SECRET]}, "channel.secrets"),
        (
            {
                "kind": TELEGRAM,
                "external_id": "1",
                "secrets": [a_secret(pb.SECRET_KIND_SECRET_TOKEN, "with space")],
            },
            "channel.secrets",
        ),
        (
            {"kind": kind_pb2.CHANNEL_KIND_CUSTOM, "reply_url": "file:///etc/passwd"},
            "channel.reply_url",
        ),
        (
            {"kind": kind_pb2.CHANNEL_KIND_CUSTOM, "reply_url": "https://10.0.0.1/replies"},
            "channel.reply_url",
        ),
        (
            {
                "kind": kind_pb2.CHANNEL_KIND_CUSTOM,
                "secrets": [a_secret(pb.SECRET_KIND_SIGNING_SECRET, "whsec_no base64")],
            },
            "channel.secrets",
        ),
        (
            {
                "kind": kind_pb2.CHANNEL_KIND_CUSTOM,
                "secrets": [a_secret(pb.SECRET_KIND_SIGNING_SECRET, "whsec_" + "c2hv" * 7)],
            },
            "channel.secrets",
        ),
        ({"kind": kind_pb2.CHANNEL_KIND_CUSTOM, "id": "seven"}, "channel.id"),
        ({"kind": kind_pb2.CHANNEL_KIND_UNSPECIFIED}, "channel.kind"),
    ],
)
async def test_an_account_that_could_never_work_is_refused_by_field(
    admin: Api, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await a_channel(admin, **said)

    assert [violation.field for violation in refusal.value.violations] == [field]


async def test_a_reply_url_from_before_it_was_looked_at_is_kept_until_it_is_changed(
    admin: Api, root: asyncpg.Connection
) -> None:
    channel = await a_channel(admin, kind_pb2.CHANNEL_KIND_CUSTOM)
    old = "http://10.0.0.1/replies"
    await root.execute("UPDATE channel_accounts SET reply_url = $1 WHERE kind = 'custom'", old)

    renamed = await admin.channels.UpdateChannel(update(channel, ("name",), name="Shop"))

    assert (renamed.channel.name, renamed.channel.reply_url) == ("Shop", old)
    with pytest.raises(InvalidInput, match="CASSAVA_EGRESS_NETWORKS"):
        await admin.channels.UpdateChannel(update(channel, ("reply_url",), reply_url=f"{old}/2"))
