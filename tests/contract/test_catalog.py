"""The walls in the catalog: every table of every schema has them, none can be forgotten."""

from __future__ import annotations

import asyncpg

SCHEMAS = ["tickets", "classifier", "responder", "analytics"]


async def test_every_table_is_behind_forced_row_security(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            """
            SELECT c.oid::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity,
                   (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p')
               AND c.relname <> 'schema_migrations'
            """,
            SCHEMAS,
        )
    finally:
        await connection.close()

    assert len(rows) > len(SCHEMAS)
    assert [
        row["name"]
        for row in rows
        if not (row["relrowsecurity"] and row["relforcerowsecurity"] and row["policies"])
    ] == []


async def test_no_ordinary_role_owns_or_passes_a_wall(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname ~ '_(app|sched)$'"
        )
        owned = await connection.fetchval(
            """
            SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
             WHERE r.rolname ~ '_app$'
            """
        )
    finally:
        await connection.close()

    assert [row["rolname"] for row in rows if row["rolsuper"] or row["rolbypassrls"]] == []
    assert owned == 0


async def test_no_view_looks_over_a_wall(database_url: str) -> None:
    """One that reads as its owner would show every tenant's rows."""
    connection = await asyncpg.connect(database_url)
    try:
        views = await connection.fetch(
            """
            SELECT c.oid::regclass::text AS name
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ANY($1) AND c.relkind IN ('v', 'm')
               AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false)
            """,
            SCHEMAS,
        )
    finally:
        await connection.close()

    assert [row["name"] for row in views] == []
