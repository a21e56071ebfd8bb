"""Fitted models at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh.errors import NotFound

if TYPE_CHECKING:
    from mesh.postgres import Connection


class ModelNotStored(NotFound):
    def __init__(self, fingerprint: str) -> None:
        super().__init__(f"no model {fingerprint}")
        self.reason = "NOT_FOUND"


class ModelStore:
    """The platform's models, on a connection without a tenant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def weights(self, fingerprint: str) -> bytes:
        found: bytes | None = await self._connection.fetchval(
            "SELECT weights FROM models WHERE tenant_id = '' AND fingerprint = $1",
            fingerprint,
        )
        if found is None:
            raise ModelNotStored(fingerprint)
        return found

    async def keep(self, fingerprint: str, weights: bytes) -> None:
        """The first fit of several replicas stays: all of them serve the same."""
        await self._connection.execute(
            """
            INSERT INTO models (tenant_id, fingerprint, weights)
            VALUES ('', $1, $2)
            ON CONFLICT (tenant_id, fingerprint) DO NOTHING
            """,
            *(fingerprint, weights),
        )
