"""The yardstick: a bare grpc.aio unary echo, no interceptor, no database."""

from __future__ import annotations

import asyncio
import os
import time

import grpc
import uvloop

METHOD = "/bench.Echo/Say"


async def serve() -> None:
    async def say(request: bytes, _: object) -> bytes:
        return request

    handler = grpc.unary_unary_rpc_method_handler(say)
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("bench.Echo", {"Say": handler}),)
    )
    server.add_insecure_port(f"127.0.0.1:{os.environ['ECHO_PORT']}")
    await server.start()
    await server.wait_for_termination()


async def measure(port: int, calls: int, in_flight: int) -> float:
    """Calls per second, so many in flight."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        say = channel.unary_unary(METHOD)
        await say(b"x" * 600, wait_for_ready=True)
        left = calls

        async def caller() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await say(b"x" * 600)

        started = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(in_flight)))
        return calls / (time.perf_counter() - started)


if __name__ == "__main__":
    uvloop.run(serve())
