"""A setting of a provider that changes in its file counts without a restart."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from services.responder.chain import open_chain
from services.responder.memory import Memory
from services.responder.providers.provider import Condition, Reason, Tier
from services.responder.reply import Replying
from services.responder.settings import Settings
from tests.providers.mistral import fake_mistral
from tests.providers.wire import served
from tests.responder.scene import HITS, KEY, Keeper, Knows, Nobody, Quotes, a_question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from mesh.postgres import Pool
    from services.responder.chain import Chain
    from tests.providers.wire import Fake

NEW_KEY = "tst-fedcba9876543210"


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "mistral.key"
    file.write_text(KEY)
    monkeypatch.setenv("MISTRAL_API_KEY_FILE", str(file))
    monkeypatch.setenv("MISTRAL_MODEL", "well")
    monkeypatch.setenv("CASSAVA_MESH_KEY", "a mesh key for tests")
    monkeypatch.setenv("CASSAVA_DATABASE_URL", "unused")
    return file


@asynccontextmanager
async def a_chain(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Chain, Replying, Fake]]:
    async with served(fake_mistral()) as mistral:
        monkeypatch.setenv("MISTRAL_SERVER_URL", mistral.url)
        async with open_chain(Settings, pool) as chain:
            memory = Memory(Keeper(), SecretStr(KEY))
            yield chain, Replying(Knows(HITS), Quotes(), chain.rungs, memory, Nobody()), mistral


def write(file: Path, key: str) -> None:
    file.write_text(key)


def remove(file: Path) -> None:
    file.unlink()


def sent(mistral: Fake) -> list[str]:
    return [chat.headers["authorization"] for chat in mistral.chats]


async def test_a_new_key_is_sent_without_a_restart(
    pool: Pool, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_chain(pool, monkeypatch) as (chain, replying, mistral):
        await replying.reply(a_question("How long does a refund take?"))
        write(key_file, f"{NEW_KEY}\n")
        await chain.look()
        await replying.reply(a_question("And how long does a refund take?"))

        assert sent(mistral) == [f"Bearer {KEY}", f"Bearer {NEW_KEY}"]


async def test_a_good_key_mends_a_bad_one(
    pool: Pool, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(key_file, "changeme")
    async with a_chain(pool, monkeypatch) as (chain, replying, _):
        before = await replying.reply(a_question())
        write(key_file, KEY)
        await chain.look()
        after = await replying.reply(a_question())

    assert (before.tier, before.reason) == (Tier.KNOWLEDGE, Reason.KEY_MALFORMED)
    assert (after.tier, after.reason) == (Tier.MISTRAL, None)


async def test_a_file_that_is_away_changes_nothing(
    pool: Pool, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_chain(pool, monkeypatch) as (chain, _, _):
        before = list(chain.rungs)
        remove(key_file)
        await chain.look()

        assert chain.rungs == before
        assert before[0].provider.state().condition is Condition.READY


async def test_what_did_not_change_keeps_what_it_learnt(
    pool: Pool, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_chain(pool, monkeypatch) as (chain, _, _):
        before = list(chain.rungs)
        write(key_file, KEY)
        await chain.look()

        assert chain.rungs == before
