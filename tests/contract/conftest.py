from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.tenants import Two, two_tenants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.front import Front


@pytest.fixture(scope="session")
async def two(front: Front) -> AsyncIterator[Two]:
    async with two_tenants(front) as two:
        yield two


@pytest.fixture(scope="session")
async def before(two: Two) -> dict[str, str]:
    """What the victim could read before anybody tried anything."""
    return await two.snapshot()
