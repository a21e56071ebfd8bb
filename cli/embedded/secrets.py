"""Keys of an embedded mesh: made once, kept in its data directory, readable by its owner only."""

import base64
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.trouble import EmbeddedTrouble
from cli.environment import Environment

_NAMES = ("master", "mesh", "platform")


@dataclass(frozen=True, slots=True)
class Keys:
    """What `.env` would hold on a server."""

    master: str
    mesh: str
    platform: str
    previous: str = ""  # the master key before, while it is turned over


def keys_in(directory: Path, given: Mapping[str, str] | None = None) -> Keys:
    """Those that were given, else those that are there; what is missing is made.

    A master key takes the place of the one that `CASSAVA_MASTER_KEY_PREVIOUS` names.
    Raises `EmbeddedTrouble` for one that cannot open what another one sealed.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = Environment(given or {}, {})
    wanted = {name: variables.get(f"CASSAVA_{name.upper()}_KEY") for name in _NAMES}
    master, previous = directory / "master.key", variables.get("CASSAVA_MASTER_KEY_PREVIOUS")
    is_other = wanted["master"] and master.exists() and _read(master) != wanted["master"]
    if is_other and _read(master) != previous:
        raise EmbeddedTrouble(
            "CASSAVA_MASTER_KEY is not the key that this data directory was sealed with: take the "
            f"one in {master}, name that one in CASSAVA_MASTER_KEY_PREVIOUS to turn it over, or "
            "start with another --data"
        )
    fresh = fresh_keys()
    return Keys(
        master=kept(master, fresh.master, wanted["master"]),
        mesh=kept(directory / "mesh.key", fresh.mesh, wanted["mesh"]),
        platform=kept(directory / "platform.key", fresh.platform, wanted["platform"]),
        previous=previous,
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


def kept(file: Path, fresh: str, given: str = "") -> str:
    """What the file holds from now on: the given, else what it held, else `fresh`.

    The commands beside us read it there too.
    """
    if given or not file.exists():
        file.touch(mode=0o600)
        file.write_text((given or fresh) + "\n", encoding="utf-8")
    return _read(file)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()
