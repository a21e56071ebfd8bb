"""ChannelService: accounts found and their secrets."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import channel_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
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


async def test_a_short_secret_that_is_there_already_gives_way_without_a_gap(
    mesh: Api, admin: Api, root: asyncpg.Connection
) -> None:
    """From before there was a least length, which other kinds of channels do not have."""
    long = a_secret(pb.SECRET_KIND_SIGNING_SECRET, "whsec_" + "bG9u" * 8)
    short = a_secret(pb.SECRET_KIND_SIGNING_SECRET, "whsec_" + "c2hv" * 3)
    channel = await a_channel(admin, kind_pb2.CHANNEL_KIND_WEBCHAT, secrets=[short])
    await root.execute("UPDATE channel_accounts SET kind = 'custom' WHERE kind = 'webchat'")

    await admin.channels.UpdateChannel(update(channel, ("secrets",), secrets=[long, short]))

    (account,) = await found(mesh, channel_id=channel.id)
    assert {each.value for each in account.secrets} == {long.value, short.value}
    other = a_secret(pb.SECRET_KIND_SIGNING_SECRET, "whsec_" + "bmV3" * 3)
    with pytest.raises(InvalidInput, match="24 random bytes"):
        await admin.channels.UpdateChannel(update(channel, ("secrets",), secrets=[long, other]))
