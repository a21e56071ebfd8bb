"""The master key is turned over, and nothing that hangs on it is lost (SE-05)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from mesh.errors import MeshError
from mesh.valkey import Valkey
from services.tickets.channels.sealing import SealBroken
from services.tickets.composition import Tickets
from services.tickets.root import NotUnsealed, Root
from services.tickets.settings import Settings
from tests.tickets.builders import a_key
from tests.tickets.conftest import MESH_KEY

if TYPE_CHECKING:
    import asyncpg

    from mesh.postgres import Pool
    from tests.tickets.api import Api

_OF_THE_SERVICE = "a master key for tests"
_NEW, _OTHER = "a new master key, longer", "somebody else's master key"


async def _pepper(pool: Pool, master_key: str, previous: str | None = None) -> bytes:
    root = Root(master_key, previous)
    await root.unseal(pool)
    return root.key("api-keys")()


async def test_keys_are_the_same_under_a_new_master_key(pool: Pool) -> None:
    before = await _pepper(pool, "first master key")

    assert await _pepper(pool, _NEW, "first master key") == before
    assert await _pepper(pool, _NEW) == before


async def test_the_old_master_key_opens_nothing_once_it_was_turned_over(pool: Pool) -> None:
    await _pepper(pool, "first master key")
    await _pepper(pool, _NEW, "first master key")

    with pytest.raises(SealBroken, match="CASSAVA_MASTER_KEY_PREVIOUS"):
        await _pepper(pool, "first master key")


@pytest.mark.parametrize("previous", [None, "yet another master key"])
async def test_a_strangers_master_key_is_refused_and_changes_nothing(
    pool: Pool, previous: str | None
) -> None:
    before = await _pepper(pool, "first master key")

    with pytest.raises(SealBroken):
        await _pepper(pool, _OTHER, previous)

    assert await _pepper(pool, "first master key") == before


async def test_processes_that_start_at_once_agree(pool: Pool) -> None:
    made = await asyncio.gather(*(_pepper(pool, "first master key") for _ in range(4)))
    turned = await asyncio.gather(*(_pepper(pool, _NEW, "first master key") for _ in range(4)))

    assert len({*made, *turned}) == 1


async def test_two_meshes_with_one_master_key_have_secrets_of_their_own(
    pool: Pool, root: asyncpg.Connection
) -> None:
    ours = await _pepper(pool, "first master key")
    await root.execute("DELETE FROM root_secret")

    assert await _pepper(pool, "first master key") != ours


async def test_what_was_stored_before_there_was_a_secret_hangs_on_its_master_key(
    pool: Pool, root: asyncpg.Connection
) -> None:
    await root.execute("INSERT INTO root_secret (sealed) VALUES (NULL)")

    before = await _pepper(pool, "first master key")

    assert await _pepper(pool, _NEW, "first master key") == before


def test_nothing_is_opened_before_the_database_was_reached() -> None:
    with pytest.raises(NotUnsealed):
        Root("first master key").key("api-keys")()


async def test_a_key_signs_in_after_the_master_key_was_turned_over(
    database: str, pool: Pool, platform: Api, admin: Api
) -> None:
    key = await a_key(platform)
    settings = Settings(
        mesh_key=MESH_KEY,
        database_url=SecretStr(database),
        master_key=SecretStr(_NEW),
        master_key_previous=SecretStr(_OF_THE_SERVICE),
    )
    turned = Tickets(settings, pool, Valkey(None))
    await turned.unseal()

    caller = await turned.keys.verify(key)

    assert caller.tenant_id == "acme"
    with pytest.raises(MeshError):
        await turned.keys.verify(key + "0")
