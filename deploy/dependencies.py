"""What each image installs, from uv.lock: `python deploy/dependencies.py [SERVICE…]`."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

SERVICES = ("gateway", "tickets", "classifier", "responder", "analytics", "cli")
_LOCK = Path(__file__).parents[1] / "uv.lock"
_OURS = "cassava-support"
# Of other systems than the images'.
_ELSEWHERE = (
    "sys_platform == 'win32'",
    "sys_platform == 'darwin'",
    "python_full_version >= '3.12'",
)


def installed(service: str) -> list[str]:
    """Names of all packages, what they need included."""
    packages = {each["name"]: each for each in tomllib.loads(_LOCK.read_text())["package"]}
    ours = packages[_OURS]
    waiting = [*ours["dependencies"], *ours["optional-dependencies"][service]]
    found: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        if wanted["name"] in found or wanted.get("marker", "").startswith(_ELSEWHERE):
            continue
        found.add(wanted["name"])
        waiting += _needed(packages[wanted["name"]], wanted.get("extra", ()))
    return sorted(found)


def _needed(package: dict[str, Any], extras: tuple[str, ...]) -> list[dict[str, Any]]:
    optional = package.get("optional-dependencies", {})
    return package.get("dependencies", []) + [
        each for extra in extras for each in optional.get(extra, [])
    ]


def main() -> None:
    for service in sys.argv[1:] or SERVICES:
        names = installed(service)
        sys.stdout.write(f"{service} ({len(names)}): {' '.join(names)}\n")


if __name__ == "__main__":
    main()
