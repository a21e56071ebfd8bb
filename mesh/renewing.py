"""A channel that dials again when its certificate was renewed; gRPC's own keeps the first one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from collections.abc import Callable

    from mesh.certificates import Certificates, Pems

# As long as a server lets the calls of an old connection go on.
_GRACE_SECONDS = 60.0


class RenewingChannel(grpc.aio.Channel):
    """Calls in flight end on the connection that they began on."""

    def __init__(
        self, certificates: Certificates, dial: Callable[[Pems], grpc.aio.Channel]
    ) -> None:
        self._certificates = certificates
        self._dial = dial
        self._pems = certificates.current()
        self._channel = dial(self._pems)
        self._calls: dict[tuple[str, str], Any] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def unary_unary(self, method: str, *how: Any, **named: Any) -> Any:
        return self._method("unary_unary", method, how, named)

    def unary_stream(self, method: str, *how: Any, **named: Any) -> Any:
        return self._method("unary_stream", method, how, named)

    def stream_unary(self, method: str, *how: Any, **named: Any) -> Any:
        return self._method("stream_unary", method, how, named)

    def stream_stream(self, method: str, *how: Any, **named: Any) -> Any:
        return self._method("stream_stream", method, how, named)

    async def close(self, grace: float | None = None) -> None:
        for task in self._closing:
            task.cancel()
        await self._channel.close(grace)

    async def __aenter__(self) -> RenewingChannel:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002  # gRPC's signature
        return self._current().get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._current().wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._current().channel_ready()

    def _method(self, kind: str, method: str, how: Any, named: Any) -> Any:
        def call(*said: Any, **options: Any) -> Any:
            channel = self._current()
            if (kind, method) not in self._calls:
                self._calls[kind, method] = getattr(channel, kind)(method, *how, **named)
            return self._calls[kind, method](*said, **options)

        return call

    def _current(self) -> grpc.aio.Channel:
        pems = self._certificates.current()
        if pems is not self._pems:
            old, self._pems = self._channel, pems
            self._channel = self._dial(pems)
            self._calls.clear()
            task = asyncio.ensure_future(old.close(_GRACE_SECONDS))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        return self._channel
