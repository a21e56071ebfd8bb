"""Trainings: asked for, claimed by one process at a time, ended once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from mesh.errors import Conflict, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from mesh.postgres import Connection

LEASE = timedelta(seconds=30)


class TrainingNotFound(NotFound):
    def __init__(self, training_id: UUID) -> None:
        super().__init__(f"there is no training {training_id}")


class TrainingRunsAlready(Conflict):
    def __init__(self) -> None:
        super().__init__("a training of this tenant has not ended: wait for it or cancel it")


class TrainingEnded(Conflict):
    def __init__(self, training_id: UUID) -> None:
        super().__init__(f"training {training_id} has ended")


@dataclass(frozen=True, slots=True)
class Training:
    id: UUID
    state: str
    progress: float
    stage: str
    message: str
    model_version: int
    created_at: datetime
    ended_at: datetime | None
    encoder: str


@dataclass(frozen=True, slots=True)
class Claim:
    tenant_id: str
    training_id: UUID
    fence: int


class TrainingStore:
    def __init__(self, connection: Connection, tenant_id: str = "") -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def start(self, encoder: str) -> Training:
        training_id = uuid4()
        done = await self._connection.execute(
            """
            INSERT INTO trainings (tenant_id, id, encoder) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """,
            *(self._tenant_id, training_id, encoder),
        )
        if done == "INSERT 0 0":
            raise TrainingRunsAlready
        return await self.get(training_id)

    async def get(self, training_id: UUID) -> Training:
        row = await self._connection.fetchrow(
            """
            SELECT id, state, progress, stage, message, model_version, created_at, ended_at, encoder
              FROM trainings WHERE tenant_id = $1 AND id = $2
            """,
            *(self._tenant_id, training_id),
        )
        if row is None:
            raise TrainingNotFound(training_id)
        return _training(row)

    async def newest(self, limit: int, *, before: UUID | None = None) -> list[Training]:
        rows = await self._connection.fetch(
            """
            SELECT id, state, progress, stage, message, model_version, created_at, ended_at, encoder
              FROM trainings
             WHERE tenant_id = $1 AND ($2::uuid IS NULL OR (created_at, id) <
                   (SELECT created_at, id FROM trainings WHERE tenant_id = $1 AND id = $2))
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """,
            *(self._tenant_id, before, limit),
        )
        return [_training(row) for row in rows]

    async def cancel(self, training_id: UUID) -> Training:
        done = await self._connection.execute(
            """
            UPDATE trainings SET state = 'cancelled', ended_at = now(), message = 'cancelled'
             WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running')
            """,
            *(self._tenant_id, training_id),
        )
        training = await self.get(training_id)
        if done == "UPDATE 0" and training.state != "cancelled":
            raise TrainingEnded(training_id)
        return training

    async def claim(self) -> Claim | None:
        """The oldest of any tenant that waits, or whose process died."""
        row = await self._connection.fetchrow(
            "SELECT tenant_id, id, fence FROM claim_training($1)", LEASE
        )
        return Claim(row["tenant_id"], row["id"], row["fence"]) if row else None

    async def renew(self, claim: Claim, progress: float, stage: str) -> bool:
        """Whether it is still ours: not cancelled, not taken by another."""
        done = await self._connection.execute(
            """
            UPDATE trainings SET progress = $4, stage = $5, lease_until = now() + $6::interval
             WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND state = 'running'
            """,
            *(claim.tenant_id, claim.training_id, claim.fence, progress, stage, LEASE),
        )
        return bool(done == "UPDATE 1")

    async def end(self, claim: Claim, state: str, message: str, model_version: int = 0) -> bool:
        """Whether it was still ours to end."""
        done = await self._connection.execute(
            """
            UPDATE trainings
               SET state = $4, message = $5, model_version = $6, ended_at = now(), stage = '',
                   progress = CASE WHEN $6 > 0 THEN 1 ELSE progress END
             WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND state = 'running'
            """,
            *(claim.tenant_id, claim.training_id, claim.fence, state, message, model_version),
        )
        return bool(done == "UPDATE 1")


def _training(row: asyncpg.Record) -> Training:
    return Training(**dict(row))
