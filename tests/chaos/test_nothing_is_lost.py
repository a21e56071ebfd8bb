"""The short proof: half a minute of everything at once. The long one is `make chaos`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.chaos import programme

if TYPE_CHECKING:
    from pathlib import Path

_PLAN = programme.Plan(parts=["soak"], seconds=20.0, rate=6.0)


async def test_nothing_is_lost_or_done_twice_while_parts_die(tmp_path: Path) -> None:
    told: list[str] = []

    failed = await programme.run(_PLAN, tmp_path, random.Random(tmp_path.name), told.append)

    assert not failed, "\n".join(told)
