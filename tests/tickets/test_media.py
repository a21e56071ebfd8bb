"""MediaService: a file is fetched by one worker and read in stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2, media_pb2
from google.protobuf.duration_pb2 import Duration

from mesh.errors import ChangedMeanwhile, NotFound
from tests.tickets.arrivals import accept, arriving
from tests.tickets.desk import messages

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

State = conversation_pb2.Attachment.State
PHOTO = conversation_pb2.Attachment(provider_id="9", mime_type="image/png", file_name="a.png")
GONE = conversation_pb2.Attachment(mime_type="image/png")  # the provider holds none


async def a_photo(mesh: Api, channel: Channel) -> str:
    item = arriving(channel, "wa_id=1", text="Look", attachments=[GONE, PHOTO])
    return (await accept(mesh, item))[0].conversation_id


async def claim(mesh: Api) -> list[media_pb2.ClaimedMedia]:
    request = media_pb2.ClaimMediaRequest(worker="w", free_slots=4)
    return list((await mesh.media.ClaimMedia(request)).media)


async def test_a_file_that_the_business_sent_from_its_own_phone_is_fetched_too(
    mesh: Api, channel: Channel
) -> None:
    await accept(mesh, arriving(channel, "wa_id=1", attachments=[PHOTO], from_business=True))

    assert [job.attachment.provider_id for job in await claim(mesh)] == ["9"]


async def store(mesh: Api, job: media_pb2.ClaimedMedia, *pieces: bytes) -> None:
    offset = 0
    for n, data in enumerate(pieces, start=1):
        request = media_pb2.StoreMediaRequest(
            tenant_id=job.tenant_id,
            message_id=job.message_id,
            position=job.position,
            fence=job.fence,
            offset=offset,
            data=data,
            last=n == len(pieces),
        )
        await mesh.media.StoreMedia(request)
        offset += len(data)


async def fail(mesh: Api, job: media_pb2.ClaimedMedia, again: Duration | None = None) -> None:
    request = media_pb2.FailMediaRequest(
        tenant_id=job.tenant_id,
        message_id=job.message_id,
        position=job.position,
        fence=job.fence,
        reason="http_404",
        retry_after=again,
    )
    await mesh.media.FailMedia(request)


def wanted(job: media_pb2.ClaimedMedia, offset: int = 0) -> media_pb2.GetMediaRequest:
    return media_pb2.GetMediaRequest(
        message_id=job.message_id, position=job.position, offset=offset
    )


async def test_a_file_is_claimed_once_and_read_in_stretches(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_photo(mesh, channel)
    (job,) = await claim(mesh)
    assert await claim(mesh) == []
    with pytest.raises(NotFound):
        await admin.media.GetMedia(wanted(job))

    await store(mesh, job, b"first", b"second")
    first = await admin.media.GetMedia(wanted(job))
    second = await admin.media.GetMedia(wanted(job, first.next_offset))

    assert (job.position, job.attachment.provider_id) == (1, "9")
    assert (first.data + second.data, second.next_offset) == (b"firstsecond", 0)
    (shown,) = await messages(admin, conversation_id)
    assert [each.state for each in shown.attachments] == [
        State.STATE_UNSPECIFIED,
        State.STATE_STORED,
    ]


async def test_a_file_that_cannot_be_had_is_shown_so(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_photo(mesh, channel)
    (job,) = await claim(mesh)

    await fail(mesh, job)

    (shown,) = await messages(admin, conversation_id)
    assert shown.attachments[1].state == State.STATE_UNAVAILABLE
    assert await claim(mesh) == []


async def test_a_failed_try_is_repeated_under_a_new_fence(mesh: Api, channel: Channel) -> None:
    await a_photo(mesh, channel)
    (first,) = await claim(mesh)
    await fail(mesh, first, Duration())

    (second,) = await claim(mesh)

    assert second.fence > first.fence
    with pytest.raises(ChangedMeanwhile):
        await store(mesh, first, b"late")
