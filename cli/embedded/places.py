"""Where servers listen: free loopback ports, and sockets whose paths are short enough."""

import hashlib
import itertools
import os
import random
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.trouble import EmbeddedTrouble

# sun_path holds 104 bytes on macOS, 108 on Linux; PostgreSQL adds a lock file's suffix beside it.
_LONGEST_PATH = 96
_UNLENT_PORTS = range(20000, 32000)


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
    """Loopback ports nobody listens on, all different, and no other caller's while we live.

    Below the range from which kernels lend ports to outgoing connections (Linux 32768, macOS
    49152): there, a port could be lent away between a child's death and its next start.
    """
    candidates = random.SystemRandom().sample(_UNLENT_PORTS, len(_UNLENT_PORTS))
    found = list(itertools.islice(filter(_reserve, candidates), count))
    if len(found) < count:
        raise EmbeddedTrouble(f"no {count} ports of {_UNLENT_PORTS} are free")
    return found


def _reserve(port: int) -> bool:
    """Whether the port is ours now: another mesh that starts meanwhile must not choose it too.

    A bound UDP socket says so: it leaves the TCP port to our child, and goes when we go.
    """
    sign = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sign.bind(("127.0.0.1", port))
    except OSError:
        sign.close()
        return False
    if not is_free(port):
        sign.close()
        return False
    sign.detach()  # open as long as we live
    return True


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
