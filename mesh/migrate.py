"""A service's SQL files, once each, in order, under a lock."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import asyncpg
from asyncpg.exceptions import DuplicateObjectError, UniqueViolationError

from mesh.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from mesh.postgres import Pool

    Connection = asyncpg.Connection[asyncpg.Record]

_FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
# Each service's own, and none that another program would pick by chance.
_LOCK_SPACE = 0x0CA55AFA
# Columns of new tables that most rows share: decision 0128.
_OF_FEW_VALUES = ("tenant_id", "account_id", "channel_id", "generation")


class MigrationChanged(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was applied and has changed since: write a new file instead")


class SchemaBehind(Unavailable):
    def __init__(self, name: str) -> None:
        super().__init__(f"migration {name} has not run yet")
        self.reason = "UNAVAILABLE"


async def migrate(database_url: str, service: str, folder: Path) -> list[str]:
    """Run what has not run; return those files' names. Roles and schema exist before the first.

    Connects directly (a session lock does not survive a pooler), as someone who may make roles.
    Each file runs in one transaction with the service's schema as its search path.
    """
    connection = await asyncpg.connect(database_url, timeout=10, command_timeout=600)
    try:
        await connection.execute(
            "SELECT pg_advisory_lock($1, hashtext($2))", _LOCK_SPACE, service, timeout=600
        )
        await _make_room(connection, service)
        done = await _applied(connection)
        missing = [file for file in files(folder) if not _is_applied(file, done)]
        for file in missing:
            await _apply(connection, service, file.name, file.read_bytes())
        if missing:
            await _foretell(connection, service)
        return [file.name for file in missing]
    finally:
        await connection.close()


async def is_current(pool: Pool, folder: Path) -> None:
    """Raise `SchemaBehind` when a file of this folder has not run: for readiness."""
    async with pool.connection() as connection:
        rows = await connection.fetch("SELECT name FROM schema_migrations")
    done = {row["name"] for row in rows}
    for file in files(folder):
        if file.name not in done:
            raise SchemaBehind(file.name)


def files(folder: Path) -> list[Path]:
    """The migrations in order; raises `ValueError` for a name that has none or a shared number."""
    found = sorted(folder.glob("*.sql"))
    numbers = [file.name[:4] for file in found]
    if len(set(numbers)) != len(numbers):
        raise ValueError(f"two migrations in {folder} have one number")
    for file in found:
        if not _FILE_NAME.fullmatch(file.name):
            raise ValueError(f"{file.name} is not named NNNN_noun.sql")
    return found


async def _make_room(connection: Connection, service: str) -> None:
    for role, login in (("owner", "NOLOGIN"), ("app", "LOGIN"), ("sched", "NOLOGIN")):
        try:
            await connection.execute(f"CREATE ROLE {service}_{role} {login}")
        except (DuplicateObjectError, UniqueViolationError):
            continue  # roles belong to the whole server: another database made it, maybe just now
    await connection.execute(
        f"""
        CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {service}_owner;
        GRANT USAGE ON SCHEMA {service} TO {service}_app, {service}_sched;
        SET search_path = {service}, public;
        CREATE TABLE IF NOT EXISTS {service}.schema_migrations (
            name text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        GRANT SELECT ON {service}.schema_migrations TO {service}_app;
        """
    )


async def _applied(connection: Connection) -> dict[str, str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_migrations")
    return {row["name"]: row["checksum"] for row in rows}


def _is_applied(file: Path, done: dict[str, str]) -> bool:
    if file.name in done and done[file.name] != _checksum(file.read_bytes()):
        raise MigrationChanged(file.name)
    return file.name in done


async def _apply(connection: Connection, service: str, name: str, statements: bytes) -> None:
    async with connection.transaction():
        await connection.execute(statements.decode())
        await connection.execute("RESET ROLE")
        await connection.execute(f"SET LOCAL search_path = {service}")
        await connection.execute(
            "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
            *(name, _checksum(statements)),
        )


async def _foretell(connection: Connection, service: str) -> None:
    """Tell the planner of new tables that their rows are few tenants': it assumes the reverse.

    Behind row security every read names its tenant; taken for rare, an index on it wins over the
    key that was asked for, and reads all that the tenant has until the first ANALYZE. So with
    other columns that most rows share.
    """
    if await connection.fetchval("SELECT to_regproc('pg_restore_attribute_stats') IS NULL"):
        return  # before PostgreSQL 18 only ANALYZE can say so
    await connection.execute(
        """
        SELECT pg_restore_attribute_stats(
                 'schemaname', n.nspname::text, 'relname', c.relname::text,
                 'attname', a.attname::text, 'inherited', false,
                 'null_frac', 0::real, 'avg_width', 8, 'n_distinct', 1::real)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND a.attname = ANY($2) AND c.relkind = 'r'
           AND NOT EXISTS (SELECT 1 FROM pg_statistic s
                            WHERE (s.starelid, s.staattnum) = (a.attrelid, a.attnum))
        """,
        *(service, _OF_FEW_VALUES),
    )


def _checksum(statements: bytes) -> str:
    return hashlib.sha256(statements).hexdigest()
