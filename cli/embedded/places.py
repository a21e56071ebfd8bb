"""Where servers listen: free loopback ports, and sockets whose paths are short enough."""

import hashlib
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

# sun_path holds 104 bytes on macOS, 108 on Linux; PostgreSQL adds a lock file's suffix beside it.
_LONGEST_PATH = 96


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def loopback(port: int) -> Address:
    return Address("127.0.0.1", port)


def socket_directory(directory: Path, socket_name: str) -> Path:
    """A directory for the socket: inside `directory`, or a short one made from its name."""
    inside = directory / "run"
    if len(os.fsencode(inside / socket_name)) < _LONGEST_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cassava-{os.geteuid()}-{digest}"


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on, all different; held together so that none comes twice."""
    held = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
