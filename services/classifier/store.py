"""Fitted models at rest, and which of a tenant's serves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mesh.errors import NotFound
from mesh.postgres import certain
from services.classifier.encoding import ENGLISH
from services.classifier.report import Report

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from mesh.postgres import Connection


class ModelNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"no model {name}")


@dataclass(frozen=True, slots=True)
class Version:
    version: int
    fingerprint: str
    intents: int
    examples: int
    report: Report
    created_at: datetime
    is_live: bool
    encoder: str


class ModelStore:
    """The models of the tenant whose transaction this is; without one ("") the platform's."""

    def __init__(self, connection: Connection, tenant_id: str = "") -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def weights(self, fingerprint: str) -> bytes:
        found: bytes | None = await self._connection.fetchval(
            "SELECT weights FROM models WHERE tenant_id = $1 AND fingerprint = $2",
            *(self._tenant_id, fingerprint),
        )
        if found is None:
            raise ModelNotFound(fingerprint)
        return found

    async def keep(self, fingerprint: str, weights: bytes) -> None:
        """The first fit of several replicas stays: all of them serve the same."""
        await self._connection.execute(
            """
            INSERT INTO models (tenant_id, fingerprint, weights)
            VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, fingerprint) DO NOTHING
            """,
            *(self._tenant_id, fingerprint, weights),
        )

    async def add(
        self,
        fingerprint: str,
        intents: int,
        examples: int,
        report: Report,
        encoder: str = ENGLISH,
    ) -> int:
        """The next version's number. Trainings of a tenant run one at a time."""
        row = await self._connection.fetchrow(
            """
            INSERT INTO model_versions
              (tenant_id, version, fingerprint, intents, examples, report, encoder)
            SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5::jsonb, $6
              FROM model_versions WHERE tenant_id = $1
            RETURNING version
            """,
            *(self._tenant_id, fingerprint, intents, examples, json.dumps(report.as_json())),
            encoder,
        )
        return int(certain(row)["version"])

    async def get(self, version: int) -> Version:
        row = await self._connection.fetchrow(
            """
            SELECT v.version, v.fingerprint, v.encoder, v.intents, v.examples, v.report,
                   v.created_at,
                   v.version = coalesce(l.version, 0) AS is_live
              FROM model_versions v LEFT JOIN live_models l USING (tenant_id)
             WHERE v.tenant_id = $1 AND v.version = $2
            """,
            *(self._tenant_id, version),
        )
        if row is None:
            raise ModelNotFound(str(version))
        return _version(row)

    async def newest(self, limit: int, *, before: int | None) -> list[Version]:
        rows = await self._connection.fetch(
            """
            SELECT v.version, v.fingerprint, v.encoder, v.intents, v.examples, v.report,
                   v.created_at,
                   v.version = coalesce(l.version, 0) AS is_live
              FROM model_versions v LEFT JOIN live_models l USING (tenant_id)
             WHERE v.tenant_id = $1 AND ($2::int IS NULL OR v.version < $2)
             ORDER BY v.version DESC
             LIMIT $3
            """,
            *(self._tenant_id, before, limit),
        )
        return [_version(row) for row in rows]

    async def live_version(self) -> int:
        """0: none of its own."""
        found: int | None = await self._connection.fetchval(
            "SELECT version FROM live_models WHERE tenant_id = $1", self._tenant_id
        )
        return found or 0

    async def live_encoder(self) -> str:
        version = await self.live_version()
        return (await self.get(version)).encoder if version else ENGLISH

    async def publish(self, version: int) -> None:
        """From the commit on every replica that looks serves this one."""
        if version:
            await self.get(version)
        await self._connection.execute(
            """
            INSERT INTO live_models (tenant_id, version) VALUES ($1, $2)
            ON CONFLICT (tenant_id) DO UPDATE SET version = $2, published_at = now()
            """,
            *(self._tenant_id, version),
        )

    async def live_versions(self) -> dict[str, int]:
        """Every tenant's."""
        rows = await self._connection.fetch("SELECT tenant_id, version FROM live_versions()")
        return {row["tenant_id"]: row["version"] for row in rows}


def _version(row: asyncpg.Record) -> Version:
    return Version(
        version=row["version"],
        fingerprint=row["fingerprint"],
        intents=row["intents"],
        examples=row["examples"],
        report=Report.from_json(json.loads(row["report"])),
        created_at=row["created_at"],
        is_live=row["is_live"],
        encoder=row["encoder"],
    )
