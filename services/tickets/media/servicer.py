"""MediaService: what a file is fetched for, and its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2
from cassava.tickets.v1 import media_pb2 as pb
from cassava.tickets.v1 import media_pb2_grpc as rpc

from mesh.times import from_duration
from mesh.transactions import read
from services.tickets.audit.readings import shows
from services.tickets.media.store import ATTEMPTS_MOST, MediaNotFound, MediaStore, Place

if TYPE_CHECKING:
    from asyncpg import Record

    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.tickets.audit.readings import Readings
    from services.tickets.peers import Accounts


class MediaServicer(rpc.MediaServiceServicer):
    def __init__(self, pool: Pool, accounts: Accounts, readings: Readings) -> None:
        self._pool = pool
        self._accounts = accounts
        self._readings = readings

    @shows("attachment.read", "message_id")
    @read
    async def GetMedia(
        self, request: pb.GetMediaRequest, connection: Connection
    ) -> pb.GetMediaResponse:
        place, store = _place(request), MediaStore(connection)
        media = await store.get(place)
        data = await store.chunk(place, request.offset) if media["state"] == "stored" else None
        if data is None:
            raise MediaNotFound(place.message_id)
        end = request.offset + len(data)
        return pb.GetMediaResponse(
            data=data,
            next_offset=end if end < media["size_bytes"] else 0,
            mime_type=media["mime_type"],
            file_name=media["file_name"],
            size_bytes=media["size_bytes"],
        )

    async def ClaimMedia(
        self, request: pb.ClaimMediaRequest, context: Context
    ) -> pb.ClaimMediaResponse:
        async with self._pool.connection() as connection:
            claims = await MediaStore(connection).claim(request.free_slots)
        return pb.ClaimMediaResponse(media=[await self._claimed(claim) for claim in claims])

    async def StoreMedia(
        self, request: pb.StoreMediaRequest, context: Context
    ) -> pb.StoreMediaResponse:
        place = _place(request)
        async with self._pool.transaction(request.tenant_id) as connection:
            store = MediaStore(connection)
            await store.lock(place, request.fence)
            await store.add(request.tenant_id, place, request.offset, request.data)
            if request.last:
                await store.stored(place, request.offset + len(request.data))
        return pb.StoreMediaResponse()

    async def FailMedia(
        self, request: pb.FailMediaRequest, context: Context
    ) -> pb.FailMediaResponse:
        place = _place(request)
        async with self._pool.transaction(request.tenant_id) as connection:
            store = MediaStore(connection)
            attempts = await store.lock(place, request.fence)
            is_worth_it = request.HasField("retry_after") and attempts < ATTEMPTS_MOST
            again_in = from_duration(request.retry_after).total_seconds() if is_worth_it else None
            await store.failed(place, request.reason, again_in)
        return pb.FailMediaResponse()

    async def _claimed(self, claim: Record) -> pb.ClaimedMedia:
        place = Place(claim["message_id"], claim["position"])
        async with self._pool.transaction(claim["tenant_id"]) as connection:
            media = await MediaStore(connection).get(place)
            account = await self._accounts.with_secrets(connection, media["account_id"])
        return pb.ClaimedMedia(
            tenant_id=claim["tenant_id"],
            message_id=str(place.message_id),
            position=place.position,
            fence=claim["fence"],
            account=account,
            attachment=conversation_pb2.Attachment(
                provider_id=media["provider_id"],
                mime_type=media["mime_type"],
                file_name=media["file_name"],
                sha256=media["sha256"],
            ),
        )


def _place(request: pb.GetMediaRequest | pb.StoreMediaRequest | pb.FailMediaRequest) -> Place:
    return Place(UUID(request.message_id), request.position)
