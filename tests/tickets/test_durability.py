"""A database that may forget what it acknowledged is not one to start on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mesh.errors import Unavailable
from services.tickets import durability

if TYPE_CHECKING:
    from mesh.postgres import Pool


async def test_a_cluster_without_fsync_is_refused_by_name(pool: Pool) -> None:
    async with pool.connection() as connection:
        with pytest.raises(Unavailable, match="fsync"):
            await durability.insist(connection)
