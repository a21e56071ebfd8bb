"""Dead letters: what could not be read is kept as it came, for people to see."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import inbox_pb2 as pb
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.errors import Conflict, NotAllowed, NotFound
from tests.tickets.builders import a_dead_letter, a_key, a_tenant

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api
    from tests.tickets.conftest import Door


async def test_a_letter_is_listed_without_its_bytes_and_read_with_them(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    letter_id = await a_dead_letter(mesh, channel, b"\xff\x00{", "not_json")

    (listed,) = (await admin.inbox.ListDeadLetters(pb.ListDeadLettersRequest())).dead_letters
    read = await admin.inbox.GetDeadLetter(pb.GetDeadLetterRequest(dead_letter_id=letter_id))

    assert (listed.id, listed.raw, listed.size_bytes) == (letter_id, b"", 3)
    assert (listed.reason, listed.channel_id) == ("not_json", channel.id)
    assert read.dead_letter.raw == b"\xff\x00{"


async def test_a_list_continues_where_it_stopped(mesh: Api, admin: Api, channel: Channel) -> None:
    made = [await a_dead_letter(mesh, channel, bytes([n])) for n in range(3)]

    request = pb.ListDeadLettersRequest(page_size=2)
    first = await admin.inbox.ListDeadLetters(request)
    request.page_token = first.next_page_token
    rest = await admin.inbox.ListDeadLetters(request)

    assert [x.id for x in (*first.dead_letters, *rest.dead_letters)] == made[::-1]


async def test_only_the_tenants_admins_read_its_letters(
    mesh: Api, platform: Api, channel: Channel, door: Door
) -> None:
    letter_id = await a_dead_letter(mesh, channel, b"x")
    await a_tenant(platform, "beta")
    stranger = await door.with_key(await a_key(platform, "beta"))
    agent = await door.with_key(await a_key(platform, role=caller_pb2.CALLER_AGENT))

    for missing in (letter_id, str(uuid.uuid4())):
        with pytest.raises(NotFound) as refusal:
            await stranger.inbox.GetDeadLetter(pb.GetDeadLetterRequest(dead_letter_id=missing))
        assert refusal.value.reason == "DEAD_LETTER_NOT_FOUND"
    with pytest.raises(NotAllowed):
        await agent.inbox.ListDeadLetters(pb.ListDeadLettersRequest())


async def replay(admin: Api, letter_id: str) -> None:
    await admin.inbox.ReplayDeadLetter(pb.ReplayDeadLetterRequest(dead_letter_id=letter_id))


async def claim(mesh: Api) -> list[pb.ClaimedReplay]:
    return list((await mesh.inbox.ClaimReplays(pb.ClaimReplaysRequest(free_slots=8))).replays)


async def test_a_letter_that_shall_be_read_again_is_handed_to_one_worker(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    letter_id = await a_dead_letter(mesh, channel, b"{}")
    assert await claim(mesh) == []

    await replay(admin, letter_id)
    (claimed,) = await claim(mesh)

    assert (claimed.dead_letter_id, claimed.raw) == (letter_id, b"{}")
    assert (claimed.channel_id, claimed.kind) == (channel.id, channel.kind)
    assert await claim(mesh) == []


async def test_what_became_of_a_replay_is_told_by_who_holds_it(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    letter_id = await a_dead_letter(mesh, channel, b"{}")
    await replay(admin, letter_id)
    (dead,) = await claim(mesh)
    await root.execute("UPDATE dead_letters SET replay_due_at = now() - interval '1 second'")
    (successor,) = await claim(mesh)

    for told, result in ((successor, "accepted"), (dead, "too late")):
        await mesh.inbox.FinishReplay(
            pb.FinishReplayRequest(
                tenant_id="acme", dead_letter_id=letter_id, fence=told.fence, result=result
            )
        )

    letter = await admin.inbox.GetDeadLetter(pb.GetDeadLetterRequest(dead_letter_id=letter_id))
    assert (letter.dead_letter.replay_result, letter.dead_letter.replays) == ("accepted", 2)
    assert await claim(mesh) == []
    assert await root.fetchval("SELECT count(*) FROM audit_log WHERE action LIKE '%.replayed'") == 1


async def test_a_letter_of_no_channel_is_not_read_again(
    mesh: Api, admin: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    letter_id = await a_dead_letter(mesh, channel, b"{}")
    await root.execute("UPDATE dead_letters SET account_id = NULL")

    with pytest.raises(Conflict) as refusal:
        await replay(admin, letter_id)

    assert refusal.value.reason == "DEAD_LETTER_WITHOUT_CHANNEL"
