"""Keys of an embedded mesh: made once, kept in its data directory, readable by its owner only."""

import base64
import secrets as random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """What `.env` would hold on a server."""

    master: str
    mesh: str
    platform: str


def keys_in(directory: Path) -> Keys:
    """Those that are there; what is missing is made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = fresh_keys()
    return Keys(
        master=kept(directory / "master.key", fresh.master),
        mesh=kept(directory / "mesh.key", fresh.mesh),
        platform=kept(directory / "platform.key", fresh.platform),
    )


def fresh_keys() -> Keys:
    """Never seen before."""
    return Keys(
        # 32 bytes, base64: what the master key's cipher takes.
        master=base64.b64encode(random.token_bytes(32)).decode(),
        mesh=random.token_urlsafe(32),
        platform=_platform_key(),
    )


def _platform_key() -> str:
    """csk_<id>_<secret>, letters and digits only: an underscore ends the id."""
    return f"csk_{random.token_hex(8)}_{random.token_hex(24)}"


def kept(file: Path, fresh: str) -> str:
    """What the file holds; a file that is not there holds `fresh` from now on."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(fresh + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()
