"""What is missing, unhealthy or misspelt, and the line that repairs it."""

from __future__ import annotations

import asyncio
import difflib
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from cli import health, migrate
from cli.api import Api, Unreachable
from cli.check import FAILED, OK, WARNING, Check
from cli.environment import Environment, EnvironmentTrouble
from cli.variables import VARIABLES, Variable

_CONNECT_SECONDS = 3.0
_POSTGRES_LEAST = 15
_LIKE_DOTENV = (".env.txt", "env", "dotenv", ".ENV", ".env.local", "_env")
# Signed webhooks are refused when they are some minutes old.
_CLOCKS_APART_SECONDS = 30.0
_CLOCK_REMEDY = "let the machines keep time by NTP: `timedatectl set-ntp true`"
_NO_WAY = (
    (socket.gaierror, "its host has no address"),
    (ConnectionRefusedError, "nobody listens there"),
    (FileNotFoundError, "no such socket"),
    (TimeoutError, "no answer in time"),
    (asyncpg.InvalidAuthorizationSpecificationError, "it refuses user or password"),
    (asyncpg.InvalidCatalogNameError, "it has no database of that name"),
    (asyncpg.TooManyConnectionsError, "it has no connection left"),
)


def check_environment(environment: Environment) -> Iterator[Check]:
    """Each variable we read, with its source, never its value; then those nobody reads."""
    for name, variable in VARIABLES.items():
        yield _variable(environment, name, variable)
    known = {*VARIABLES, *(f"{name}_FILE" for name in VARIABLES)}
    for name in sorted(environment.names() - known):
        if name.startswith("CASSAVA_"):
            close = difflib.get_close_matches(name, VARIABLES, n=1)
            remedy = f"did you mean {close[0]}?" if close else "remove it; .env.example lists all"
            yield Check(name, WARNING, "nobody reads it", remedy)


def _variable(environment: Environment, name: str, variable: Variable) -> Check:
    try:
        found = environment.origin(name)
    except EnvironmentTrouble as trouble:
        return Check(name, FAILED, str(trouble), "make the file readable or unset the variable")
    if found is None:
        return Check(name, OK, "default" if variable.default else "not set")
    if complaint := variable.complaint(found.value):
        return Check(name, FAILED, f"from {found.source}: {complaint}", variable.remedy)
    if other := environment.passed_over(name):
        cause = f"from {found.source}; it counts before {other}"
        return Check(name, WARNING, cause, "give it once")
    return Check(name, OK, f"from {found.source}")


def check_dotenv(directory: Path) -> Check:
    """Whether there is one where we look, or only something like it."""
    if (directory / ".env").is_file():
        return Check(".env", OK, f"read from {directory}")
    alike = [name for name in _LIKE_DOTENV if (directory / name).is_file()]
    if alike:
        return Check(".env", WARNING, f"{alike[0]} is not read", f"mv {alike[0]} .env")
    remedy = "cp .env.example .env" if (directory / ".env.example").is_file() else ""
    return Check(".env", OK, f"none in {directory}: the environment and defaults count", remedy)


def check_followed(checks: Iterable[Check], has_key: bool) -> list[Check]:  # noqa: FBT001
    """A key that is here, and a mesh that was started without it."""
    off = any(each.name == "provider mistral" and "disabled" in each.cause for each in checks)
    if not (has_key and off):
        return []
    cause = "there is a key here, and the mesh runs without one"
    remedy = "it reads .env once: `cassava down`, then `cassava up` in this directory"
    return [Check("mistral in the mesh", FAILED, cause, remedy)]


async def check_mesh(api: Api) -> list[Check]:
    """Every service and provider, as the edge sees them."""
    try:
        found = await health.read(api)
    except Unreachable as trouble:
        return [Check("edge", FAILED, str(trouble), "`cassava up` starts a mesh here")]
    checks = [_edge(api, found)]
    services = found.get("services", {})
    for name in {*health.EXPECTED, *services}:
        serving = health.is_serving(services.get(name, {}))
        remedy = "" if serving else f"`cassava logs {name}` tells why"
        checks.append(Check(f"service {name}", OK if serving else FAILED, "", remedy))
    checks += [_provider(name, each) for name, each in found.get("providers", {}).items()]
    return sorted(checks, key=lambda check: check.name)


def _edge(api: Api, found: dict[str, Any]) -> Check:
    status = str(found.get("status", "unknown"))
    if status == "ok":
        return Check("edge", OK, api.edge)
    remedy = "the lines below say which part"
    return Check("edge", FAILED if status == "down" else WARNING, f"{api.edge}: {status}", remedy)


def _provider(name: str, provider: dict[str, Any]) -> Check:
    state, reason = str(provider.get("state", "")), str(provider.get("reason") or "")
    good = state == "ready" or (state == "disabled" and name == "ollama")
    said = str(provider.get("remedy") or "answers come from the next tier")
    remedy = "" if good else said
    cause = f"{state} {reason}".strip()
    return Check(f"provider {name}", OK if good else WARNING, cause, remedy)


async def check_database(url: str) -> Check:
    """Whether it answers, and has what we need."""
    try:
        connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, ValueError) as error:
        cause = next((why for kind, why in _NO_WAY if isinstance(error, kind)), "cannot be used")
        cause = f"{cause} ({type(error).__name__})"
        return Check("database", FAILED, cause, "check CASSAVA_DATABASE_URL")
    try:
        away = time.time() - await connection.fetchval(
            "SELECT extract(epoch FROM clock_timestamp())::float8"
        )
        version = await connection.fetchval("SHOW server_version")
        behind = await _behind(connection)
        has_vector = await connection.fetchval(
            "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'vector'"
        )
    finally:
        await connection.close()
    if not has_vector:
        return Check("database", FAILED, f"{version} without pgvector", "install pgvector there")
    if int(version.split(".")[0]) < _POSTGRES_LEAST:
        return Check("database", FAILED, version, f"use PostgreSQL {_POSTGRES_LEAST} or newer")
    if abs(away) > _CLOCKS_APART_SECONDS:
        cause = f"its clock and ours are {abs(away):.0f} s apart"
        return Check("database", FAILED, cause, _CLOCK_REMEDY)
    if behind:
        cause = f"{len(behind)} migrations have not run, first {behind[0]}"
        return Check("database", FAILED, cause, "cassava migrate")
    return Check("database", OK, f"PostgreSQL {version}, pgvector, every migration")


async def _behind(connection: asyncpg.Connection[asyncpg.Record]) -> list[str]:
    """Of every service, the files that have not run."""
    behind: list[str] = []
    for service, folder in migrate.folders().items():
        there = await connection.fetchval("SELECT to_regclass($1)", f"{service}.schema_migrations")
        await connection.execute("SELECT set_config('search_path', $1, false)", service)
        query = "SELECT name FROM schema_migrations"
        done = {row["name"] for row in await connection.fetch(query)} if there else set()
        behind += [
            f"{service}/{f.name}" for f in sorted(folder.glob("*.sql")) if f.name not in done
        ]
    return behind


async def check_redis(url: str) -> Check:
    """PING over its socket or port; it is an accelerator, so its absence is a warning."""
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            if parts.scheme == "unix":
                reader, writer = await asyncio.open_unix_connection(parts.path)
            else:
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 6379)
            writer.write(b"PING\r\n")
            answer = await reader.readline()
            writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        remedy = "everything works without it, slower; check CASSAVA_REDIS_URL"
        return Check("valkey", WARNING, type(error).__name__, remedy)
    if answer.startswith(b"-NOAUTH") and not parts.password:
        remedy = "redis://:PASSWORD@host:6379 in CASSAVA_REDIS_URL"
        return Check("valkey", WARNING, "wants a password, none is given", remedy)
    # An error line ("-NOAUTH …") is an answer too: somebody serves there.
    return Check("valkey", OK, "answers" if answer else "closed the connection")


def check_data(data: Path) -> Check:
    """The keys of an embedded mesh must be there, and their owner's alone."""
    if (data / "postgres").exists() and not (data / "keys" / "master.key").exists():
        remedy = f"put {data}/keys/master.key back from its backup before `cassava up` makes one"
        return Check("keys", FAILED, "the key that the database was sealed with is gone", remedy)
    loose = [file.name for file in (data / "keys").glob("*.key") if file.stat().st_mode & 0o077]
    if loose:
        return Check(
            "keys", FAILED, f"{', '.join(loose)} readable by others", f"chmod 600 {data}/keys/*"
        )
    return Check("keys", OK, "readable by their owner only" if data.exists() else "none yet")
