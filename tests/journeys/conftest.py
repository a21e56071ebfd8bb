from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys import scene as scenes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def scene(mesh: dict[str, Any]) -> AsyncIterator[scenes.Scene]:
    async with scenes.at(mesh) as entered:
        yield entered
