"""A TCP or unix-socket proxy that is told to be a bad network."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_CHUNK = 64 * 1024
_CUT_SECONDS = 0.3
_LATENCY_SECONDS = 0.1


class Toxic(StrEnum):
    """What becomes of bytes; see ASSURANCE 1.2."""

    NONE = ""
    LATENCY = "latency"
    BLACK_HOLE = "black hole"  # accepted, swallowed, never answered, never reset
    HALF_OPEN = "half open"  # requests pass, answers vanish, nothing is reset
    CUT_RESPONSE = "cut response"  # requests pass, the answer is replaced by a reset


@dataclass(eq=False)
class Proxy:
    """Between one server and whoever dials it."""

    upstream: tuple[str, int] | Path
    port: int = 0
    path: Path | None = None
    toxic: Toxic = Toxic.NONE
    _open: dict[asyncio.StreamWriter, bool] = field(default_factory=dict)  # whether it lost bytes

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Proxy]:
        if self.path is not None:
            server = await asyncio.start_unix_server(self._serve, self.path)
            self.path.chmod(0o777)
        else:
            server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.reset()

    @property
    def has_swallowed(self) -> bool:
        """Whether an open connection lost bytes."""
        return any(self._open.values())

    def reset(self) -> None:
        """Every open connection ends without a goodbye."""
        for writer in list(self._open):
            _reset(writer)

    def heal(self) -> None:
        """A good network again; who lost bytes meanwhile has to dial again."""
        self.toxic = Toxic.NONE
        for writer, has_lost in list(self._open.items()):
            if has_lost:
                _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open[writer] = False
        try:
            up_reader, up_writer = await self._dial()
        except OSError:
            _reset(writer)
            self._open.pop(writer)
            return
        pumps = [
            asyncio.create_task(self._pump(reader, up_writer, writer, is_answer=False)),
            asyncio.create_task(self._pump(up_reader, writer, writer, is_answer=True)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        self._open.pop(writer)
        for each in (writer, up_writer):
            _reset(each)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.upstream, tuple):
            return await asyncio.open_connection(*self.upstream)
        return await asyncio.open_unix_connection(self.upstream)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        *,
        is_answer: bool,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self.toxic is Toxic.LATENCY:
                    await asyncio.sleep(_LATENCY_SECONDS)
                if self.toxic is Toxic.CUT_RESPONSE and is_answer:
                    await asyncio.sleep(_CUT_SECONDS)
                    return
                if self._swallows(is_answer=is_answer):
                    self._open[client] = True
                    continue
                writer.write(data)
                await writer.drain()

    def _swallows(self, *, is_answer: bool) -> bool:
        return self.toxic is Toxic.BLACK_HOLE or (self.toxic is Toxic.HALF_OPEN and is_answer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST where there is such a thing; nothing that waited to be written leaves any more."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family == socket.AF_INET:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
