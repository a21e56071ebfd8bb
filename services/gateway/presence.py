"""While an answer is made the customer sees it: read, and writing. Never worth a failure."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from mesh.errors import MeshError
from services.gateway import wire
from services.gateway.channels.channel import (
    NotSent,
    PerhapsSent,
    PresenceChannel,
    Refused,
    Seen,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from cassava.tickets.v1.turn_pb2 import ClaimedTurn

    from services.gateway.accounts import AccountDirectory
    from services.gateway.channels.channel import Channel

log = structlog.get_logger()


class Presence:
    def __init__(self, accounts: AccountDirectory, channels: Mapping[str, Channel]) -> None:
        self._accounts = accounts
        self._channels = channels

    @asynccontextmanager
    async def shown(self, turn: ClaimedTurn) -> AsyncIterator[None]:
        """As long as the block runs, beside it."""
        showing = asyncio.create_task(self._show(turn))
        try:
            yield
        finally:
            showing.cancel()

    async def _show(self, turn: ClaimedTurn) -> None:
        kind = wire.kind_from_proto(turn.channel)
        channel = self._channels.get(kind)
        if not isinstance(channel, PresenceChannel) or not turn.reply_address:
            return
        seen = Seen(turn.reply_address, turn.thread, turn.latest_provider_message_id)
        try:
            found = await self._accounts.of_channel(kind, turn.channel_id)
            if not found or found[0].sandbox or not found[0].is_active:
                return
            while True:
                await channel.show_presence(found[0], seen)
                await asyncio.sleep(channel.presence_seconds)
        except (MeshError, NotSent, PerhapsSent, Refused):
            log.info("presence_not_shown", channel=kind)
