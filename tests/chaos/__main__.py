"""`make chaos`: the checker proves itself, then every crash point, a soak from a seed, recovery."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

# Before anything imports grpc: its fork handlers end one in twenty children before they exec.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from tests.chaos import programme

_PARTS = (*programme.PARTS, *programme.FIGURES)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run, to repeat it")
    parser.add_argument("--seconds", type=float, default=90.0, help="how long the soak lasts")
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second")
    parser.add_argument("--only", choices=_PARTS, action="append", help="leave out others")
    parser.add_argument("--flood", type=int, default=10_000, help="messages of the one tenant")
    parser.add_argument("--mixed", metavar="REVISION", help="a soak beside that commit's services")
    parser.add_argument("--keep", action="store_true", help="leave the logs where they are")
    return parser.parse_args()


def main() -> int:
    asked = _arguments()
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    parts = ["mixed"] if asked.mixed else asked.only or list(programme.PARTS)
    data = Path(tempfile.mkdtemp(prefix="cassava-chaos-"))
    print(f"seed {seed}; logs in {data}")  # noqa: T201 - a program for people
    plan = programme.Plan(parts, asked.seconds, asked.rate, asked.mixed or "", asked.flood)
    chance = random.Random(seed)
    try:
        failed = asyncio.run(programme.run(plan, data, chance, _say))
    except KeyboardInterrupt:
        return 130
    if failed:
        _say(f"FAILED: {', '.join(failed)}; again with --seed {seed}; logs in {data}")
        return 1
    _say("every promise held")
    if not asked.keep:
        shutil.rmtree(data, ignore_errors=True)
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program for people


if __name__ == "__main__":
    sys.exit(main())
