"""ChannelService: secrets go in, and come out to the mesh alone."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2 as pb
from cassava.tickets.v1 import tenant_pb2
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput, NotAllowed, NotFound
from tests.tickets.builders import (
    a_bot_reply,
    a_channel,
    a_key,
    a_message,
    a_secret,
    a_tenant,
    events_of,
)

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door

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


async def test_secrets_are_sealed_at_rest_and_only_tokens_are_hashed(
    admin: Api, root: asyncpg.Connection
) -> None:
    await a_whatsapp(admin)

    rows = await root.fetch("SELECT kind, sealed, hash FROM channel_secrets ORDER BY kind")

    assert [(row["kind"], row["hash"] is not None) for row in rows] == [
        ("app_secret", False),
        ("verify_token", True),
    ]
    assert not any(b"hush" in row["sealed"] or b"verify" in row["sealed"] for row in rows)


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


async def test_pausing_and_resuming_by_hand_is_told(mesh: Api, admin: Api) -> None:
    channel = await a_whatsapp(admin)

    await admin.channels.UpdateChannel(update(channel, state=pb.Channel.STATE_PAUSED))
    resumed = await admin.channels.UpdateChannel(update(channel, state=pb.Channel.STATE_ACTIVE))

    assert resumed.channel.state == pb.Channel.STATE_ACTIVE
    told = await events_of(mesh, "channel.")
    assert [event.type for event in told] == ["channel.paused", "channel.resumed"]
    assert told[0].data["channel_id"] == channel.id


async def test_an_old_etag_is_refused(admin: Api) -> None:
    channel = await a_whatsapp(admin)
    await admin.channels.UpdateChannel(update(channel, name="One"))

    with pytest.raises(ChangedMeanwhile):
        await admin.channels.UpdateChannel(update(channel, name="Two", etag=channel.etag))


async def test_another_tenants_channel_is_not_found(platform: Api, admin: Api, door: Door) -> None:
    channel = await a_whatsapp(admin)
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))

    for missing in (channel.id, str(uuid.uuid4())):
        with pytest.raises(NotFound) as refusal:
            await stranger.channels.GetChannel(pb.GetChannelRequest(channel_id=missing))
        assert refusal.value.reason == "CHANNEL_NOT_FOUND"


async def test_an_agent_changes_no_channels(platform: Api, admin: Api, door: Door) -> None:
    channel = await a_whatsapp(admin)
    agent = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_AGENT))

    with pytest.raises(NotAllowed):
        await agent.channels.UpdateChannel(update(channel, name="Mine"))


async def test_a_list_of_channels_continues_where_it_stopped(admin: Api) -> None:
    made = [await a_whatsapp(admin, str(number)) for number in range(3)]

    first = await admin.channels.ListChannels(pb.ListChannelsRequest(page_size=2))
    rest = await admin.channels.ListChannels(
        pb.ListChannelsRequest(page_size=2, page_token=first.next_page_token)
    )

    listed = [channel.id for channel in (*first.channels, *rest.channels)]
    assert listed[1:] == [channel.id for channel in made]  # after the test endpoint's own
    assert not rest.next_page_token


async def test_a_page_token_belongs_to_its_query(platform: Api, admin: Api) -> None:
    await a_whatsapp(admin)
    first = await admin.channels.ListChannels(pb.ListChannelsRequest(page_size=1))
    await a_tenant(platform, "beta")

    with pytest.raises(InvalidInput) as refusal:
        await platform.channels.ListChannels(
            pb.ListChannelsRequest(tenant_id="beta", page_token=first.next_page_token)
        )

    assert refusal.value.reason == "PAGE_TOKEN_INVALID"


async def test_nothing_waits_for_a_channel_that_is_switched_off(
    mesh: Api, admin: Api, channel: pb.Channel, root: asyncpg.Connection
) -> None:
    await a_message(mesh, channel)
    await a_bot_reply(mesh)

    await admin.channels.UpdateChannel(update(channel, state=pb.Channel.STATE_OFF))

    assert (
        await root.fetchval("SELECT state || ' ' || reason FROM deliveries") == "cancelled account"
    )
