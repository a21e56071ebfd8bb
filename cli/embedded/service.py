"""One Python process of the mesh: `python -m services.x`, and whether it says that it is ready."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.places import Address
from cli.embedded.program import Program

_ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    command: tuple[str, ...]
    directory: Path
    env: Mapping[str, str]
    ops: Address
    niceness: int = 0

    def prepare(self) -> Program:
        return Program(
            name=self.name,
            command=[sys.executable, "-m", *self.command],
            log=self.directory / "logs" / f"{self.name}.log",
            env=self.env,
            directory=self.directory,
            niceness=self.niceness,
        )

    async def is_ready(self, _process_id: int) -> bool:
        return await answers(self.ops, "/health/ready")


async def answers(address: Address, path: str, *, method: str = "GET") -> bool:
    """Whether an HTTP server there says 200 within two seconds."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await _status(address, path, method) == b"200"
    except (OSError, TimeoutError):
        return False


async def _status(address: Address, path: str, method: str) -> bytes:
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        head = f"{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n"
        writer.write(f"{head}content-length: 0\r\n\r\n".encode())
        line = await reader.readline()
        return line.split(b" ")[1] if line.count(b" ") > 1 else b""
    finally:
        writer.close()
