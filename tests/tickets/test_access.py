"""AccessService: a key is shown once, opens what its role may, and ends when it is told to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import access_pb2 as pb
from cassava.tickets.v1 import tenant_pb2
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import InvalidInput, MeshError, NotFound, NotSignedIn
from mesh.times import to_timestamp
from tests.tickets.builders import PLATFORM_KEY, a_key, a_tenant

if TYPE_CHECKING:
    import asyncpg

    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock, Door


async def verified(mesh: Api, key: str) -> pb.VerifyKeyResponse:
    return await mesh.access.VerifyKey(pb.VerifyKeyRequest(key=key))


async def refused(mesh: Api, key: str) -> str:
    with pytest.raises(NotSignedIn) as refusal:
        await verified(mesh, key)
    return f"{refusal.value.reason}: {refusal.value}"


async def test_a_key_tells_whose_it_is(mesh: Api, platform: Api) -> None:
    await a_tenant(platform)
    key = await a_key(platform, role=caller_pb2.CALLER_AGENT, name="Ada")

    known = await verified(mesh, key)

    assert (known.tenant_id, known.role, known.name) == ("acme", caller_pb2.CALLER_AGENT, "Ada")
    assert key.split("_")[:2] == ["csk", known.key_id]


async def test_every_bad_key_gets_the_same_words(mesh: Api, platform: Api, clock: Clock) -> None:
    await a_tenant(platform)
    good, revoked = await a_key(platform), await a_key(platform)
    revoke = pb.RevokeKeyRequest(tenant_id="acme", key_id=revoked.split("_")[1])
    await platform.access.RevokeKey(revoke)
    wrong_secret = good[:-1] + ("0" if good[-1] != "0" else "1")

    bad = [wrong_secret, revoked, "csk_0000000000000000_" + "0" * 64, "csk_x", "", "é" * 20, "\0"]
    words = {await refused(mesh, key) for key in bad}
    clock.advance(days=366)
    words.add(await refused(mesh, good))

    assert words == {"NOT_SIGNED_IN: this key is unknown, revoked or expired"}


async def test_the_secret_is_nowhere_in_the_database(
    platform: Api, root: asyncpg.Connection
) -> None:
    await a_tenant(platform)
    request = pb.CreateKeyRequest(tenant_id="acme", role=caller_pb2.CALLER_ADMIN, request_id="once")
    made = await platform.access.CreateKey(request)
    secret = made.secret.rpartition("_")[2]

    for table in ("api_keys", "request_ids", "audit_log", "events"):
        rows = await root.fetch(f"SELECT t::text AS said FROM {table} t")  # noqa: S608  # fixed names
        assert not any(
            secret in row["said"] or secret.encode().hex() in row["said"] for row in rows
        )


async def test_a_repeat_with_the_same_request_id_shows_the_same_key(platform: Api) -> None:
    await a_tenant(platform)
    request = pb.CreateKeyRequest(tenant_id="acme", role=caller_pb2.CALLER_ADMIN, request_id="once")

    answers = await asyncio.gather(*(platform.access.CreateKey(request) for _ in range(4)))

    assert len({answer.secret for answer in answers}) == 1
    listed = await platform.access.ListKeys(pb.ListKeysRequest(tenant_id="acme"))
    assert len(listed.keys) == 1


async def test_a_request_id_used_for_another_key_is_refused(platform: Api) -> None:
    await a_tenant(platform)
    request = pb.CreateKeyRequest(tenant_id="acme", role=caller_pb2.CALLER_ADMIN, request_id="once")
    await platform.access.CreateKey(request)

    request.role = caller_pb2.CALLER_VIEWER
    with pytest.raises(InvalidInput) as refusal:
        await platform.access.CreateKey(request)

    assert refusal.value.reason == "REQUEST_ID_REUSED"


async def test_a_key_cannot_expire_before_it_is_made(platform: Api, clock: Clock) -> None:
    await a_tenant(platform)

    with pytest.raises(InvalidInput):
        await platform.access.CreateKey(
            pb.CreateKeyRequest(
                tenant_id="acme",
                role=caller_pb2.CALLER_ADMIN,
                expire_time=to_timestamp(clock.now - timedelta(days=1)),
            )
        )


async def test_a_role_that_no_key_may_have_is_refused_with_those_that_one_may(
    platform: Api,
) -> None:
    await a_tenant(platform)
    may = (caller_pb2.CALLER_VIEWER, caller_pb2.CALLER_AGENT, caller_pb2.CALLER_ADMIN)

    for role in (caller_pb2.CALLER_PLATFORM, caller_pb2.CALLER_MESH):
        with pytest.raises(InvalidInput) as refusal:
            await a_key(platform, role=role)

        (violation,) = refusal.value.violations
        assert violation.field == "role"
        for each in (*may, caller_pb2.CALLER_INGEST):
            assert caller_pb2.Caller.Name(each) in violation.description


async def test_keys_are_listed_newest_first_without_secrets(platform: Api) -> None:
    await a_tenant(platform)
    for name in ("one", "two", "three"):
        await a_key(platform, name=name)

    first = await platform.access.ListKeys(pb.ListKeysRequest(tenant_id="acme", page_size=2))
    rest = await platform.access.ListKeys(
        pb.ListKeysRequest(tenant_id="acme", page_size=2, page_token=first.next_page_token)
    )

    assert [key.name for key in (*first.keys, *rest.keys)] == ["three", "two", "one"]


async def test_another_tenants_key_cannot_be_revoked(platform: Api, door: Door) -> None:
    await a_tenant(platform)
    await a_tenant(platform, "beta")
    key = await a_key(platform)
    stranger = await door.with_key(await a_key(platform, "beta"))

    with pytest.raises(NotFound):
        await stranger.access.RevokeKey(pb.RevokeKeyRequest(key_id=key.split("_")[1]))


async def test_revoking_twice_keeps_the_first_moment(platform: Api) -> None:
    await a_tenant(platform)
    key_id = (await a_key(platform)).split("_")[1]

    first, second = [
        await platform.access.RevokeKey(pb.RevokeKeyRequest(tenant_id="acme", key_id=key_id))
        for _ in range(2)
    ]

    assert first.key.revoke_time == second.key.revoke_time


async def test_the_platforms_key_needs_no_row(mesh: Api) -> None:
    known = await verified(mesh, PLATFORM_KEY)

    assert (known.tenant_id, known.role) == ("", caller_pb2.CALLER_PLATFORM)


async def test_a_call_without_a_key_is_not_signed_in(door: Door) -> None:
    nobody = await door.with_key("")

    with pytest.raises(NotSignedIn):
        await nobody.tenants.ListTenants(tenant_pb2.ListTenantsRequest())


async def redeemed(mesh: Api, token: str) -> pb.RedeemLiveTokenResponse:
    return await mesh.access.RedeemLiveToken(pb.RedeemLiveTokenRequest(token=token))


async def test_a_live_token_carries_the_rights_of_the_key_that_asked(
    mesh: Api, platform: Api, door: Door
) -> None:
    await a_tenant(platform)
    key = await a_key(platform, role=caller_pb2.CALLER_VIEWER)
    viewer = await door.with_key(key)
    issued = await viewer.access.IssueLiveToken(pb.IssueLiveTokenRequest())

    used = await redeemed(mesh, issued.token)

    assert (used.tenant_id, used.role) == ("acme", caller_pb2.CALLER_VIEWER)
    assert used.key_id == key.split("_")[1]


async def test_of_many_that_redeem_a_live_token_at_once_one_succeeds(mesh: Api, admin: Api) -> None:
    issued = await admin.access.IssueLiveToken(pb.IssueLiveTokenRequest())

    outcomes = await asyncio.gather(
        *(redeemed(mesh, issued.token) for _ in range(8)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes].count(pb.RedeemLiveTokenResponse) == 1
    reasons = {outcome.reason for outcome in outcomes if isinstance(outcome, MeshError)}
    assert reasons == {"LIVE_TOKEN_INVALID"}


async def test_a_live_token_is_over_after_a_minute(mesh: Api, admin: Api, clock: Clock) -> None:
    issued = await admin.access.IssueLiveToken(pb.IssueLiveTokenRequest())

    clock.advance(seconds=61)

    with pytest.raises(NotSignedIn):
        await redeemed(mesh, issued.token)
