"""Fetch what customers sent from their providers, right after it was accepted; keep the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from cassava.tickets.v1 import media_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from mesh.errors import ChangedMeanwhile
from services.gateway import wire
from services.gateway.channels.channel import FileChannel, NotSent, PerhapsSent
from services.gateway.channels.fetching import FileLater, FileUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.gateway.channels.channel import Channel
    from services.gateway.peers import Peers

log = structlog.get_logger()
_CHUNK_BYTES = 2**20
_AGAIN_SECONDS = 30.0


class Media:
    """Work for the worker's loop: files that nobody has fetched yet."""

    # Nobody rings it: a look each second is soon enough, and costs the turns nothing.
    bell = "wake:media"

    def __init__(
        self,
        name: str,
        peers: Peers,
        channels: Mapping[str, Channel],
        slots: int,
    ) -> None:
        self._name = name
        self._media = peers.media
        self._channels = channels
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[pb.ClaimedMedia], float | None]:
        request = pb.ClaimMediaRequest(worker=self._name, free_slots=free_slots)
        return list((await self._media.ClaimMedia(request)).media), None

    async def do(self, job: pb.ClaimedMedia) -> None:
        account = wire.account_from_proto(job.account)
        channel = self._channels.get(account.kind)
        try:
            if account.sandbox or not isinstance(channel, FileChannel):
                raise FileUnavailable("sandbox" if account.sandbox else "no_files")
            content = await channel.fetch(account, wire.attachment_from_proto(job.attachment))
            await self._store(job, content)
        except ChangedMeanwhile:
            log.info("media_fenced", message_id=job.message_id)
        except FileUnavailable as error:
            await self._fail(job, error.reason, None)
        except (FileLater, NotSent) as error:
            await self._fail(job, error.reason, error.retry_after or _AGAIN_SECONDS)
        except PerhapsSent as error:
            await self._fail(job, error.reason, _AGAIN_SECONDS)

    async def _store(self, job: pb.ClaimedMedia, content: bytes) -> None:
        """In stretches that fit a call; an empty file is one empty stretch."""
        for offset in range(0, max(len(content), 1), _CHUNK_BYTES):
            await self._media.StoreMedia(
                pb.StoreMediaRequest(
                    tenant_id=job.tenant_id,
                    message_id=job.message_id,
                    position=job.position,
                    fence=job.fence,
                    offset=offset,
                    data=content[offset : offset + _CHUNK_BYTES],
                    last=offset + _CHUNK_BYTES >= len(content),
                )
            )

    async def _fail(self, job: pb.ClaimedMedia, reason: str, again_in: float | None) -> None:
        log.info("media_not_fetched", message_id=job.message_id, reason=reason)
        await self._media.FailMedia(
            pb.FailMediaRequest(
                tenant_id=job.tenant_id,
                message_id=job.message_id,
                position=job.position,
                fence=job.fence,
                reason=reason[:100],
                retry_after=None if again_in is None else Duration(seconds=round(again_in)),
            )
        )
