"""What the record keeps, shows and remembers, tried through the edge by whoever may not have it."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest
import redis.asyncio as redis
from cassava.responder.v1 import knowledge_pb2, knowledge_pb2_grpc
from cassava.tickets.v1 import channel_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2

from services.gateway.channels import standard_webhooks
from tests.contract.tenants import at_the_edge
from tests.tickets.builders import PLATFORM_KEY, a_channel, a_key, a_secret, a_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cli.embedded.valkey import Valkey
    from tests.attacks.conftest import Acme
    from tests.contract.tenants import Caller

OURS, THEIRS = "record-keeper", "record-reader"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLASw"
# With one of these in front a spreadsheet calculates what it reads.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TABLES = """
SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('tickets', 'classifier', 'responder', 'analytics')
"""


@pytest.fixture(scope="module")
async def two(acme: Acme) -> AsyncIterator[tuple[Caller, Caller]]:
    """The admins of two tenants with an article each."""
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        for tenant_id in (OURS, THEIRS):
            await a_tenant(platform.api, tenant_id)
        keys = [await a_key(platform.api, each) for each in (OURS, THEIRS)]
    async with at_the_edge(acme.front, keys[0]) as ours, at_the_edge(acme.front, keys[1]) as theirs:
        for caller, tenant_id in ((ours, OURS), (theirs, THEIRS)):
            said = {"title": f"of {tenant_id}", "body": "Words."}
            made = await caller.http.post(f"/api/v1/tenants/{tenant_id}/articles", json=said)
            assert made.status_code == 200
        yield ours, theirs


async def test_sd_03_who_comes_after_a_request_that_was_left_sees_its_own(
    two: tuple[Caller, Caller],
) -> None:
    """The first go away a little later each, so that some are in the middle of a transaction."""
    ours, theirs = two
    stubs = [knowledge_pb2_grpc.KnowledgeServiceStub(each.channel) for each in two]
    keys = [[("authorization", f"Bearer {each.key}")] for each in two]
    asked = knowledge_pb2.ListArticlesRequest()

    async def leaves(milliseconds: int) -> None:
        call: Any = stubs[0].ListArticles(asked, metadata=keys[0], timeout=milliseconds / 1000)
        await asyncio.gather(call, return_exceptions=True)

    async def stays() -> set[str]:
        answer: Any = await stubs[1].ListArticles(asked, metadata=keys[1], timeout=20)
        return {each.title for each in answer.articles}

    left = [leaves(1 + n // 4) for n in range(60)]
    stayed = [stays() for _ in range(30)]
    seen = await asyncio.gather(*left, *stayed)

    assert [each for each in seen if each is not None] == [{f"of {THEIRS}"}] * len(stayed)
    assert (await ours.http.get(f"/api/v1/tenants/{OURS}/articles")).status_code == 200
    assert theirs.key != ours.key


@pytest.mark.parametrize("tenant", ["", "acme'", "' OR ''='", "acme\\", "*", "%", "ACME", "acme\0"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tickets",
        "/api/v1/conversations",
        "/api/v1/customers",
        "/api/v1/analytics/dashboard",
    ],
)
async def test_sd_04_who_names_no_tenant_is_shown_nothing(
    acme: Acme, path: str, tenant: str
) -> None:
    """The platform's key opens every tenant, one at a time and by its name."""
    platform = {"authorization": f"Bearer {PLATFORM_KEY}"}

    answer = await acme.http.get(path, headers=platform, params={"tenant_id": tenant})

    assert (answer.status_code, "tenant_id" in answer.text) == (400, True)


async def test_sd_08_a_page_token_with_one_character_changed_turns_no_page(
    two: tuple[Caller, Caller],
) -> None:
    ours, _ = two
    keys = f"/api/v1/tenants/{OURS}/keys"
    for _ in range(2):
        await ours.http.post(keys, json={"role": "CALLER_VIEWER", "name": "x"})

    async def turned(token: str) -> int:
        asked: dict[str, str | int] = {"page_size": 1, "page_token": token}
        return (await ours.http.get(keys, params=asked)).status_code

    token = (await ours.http.get(keys, params={"page_size": 1})).json()["next_page_token"]
    changed = [
        token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        for at in range(len(token))
    ]
    odd = [token[:-1], token + "A", token + "=", f" {token}", f"{token}\n", token.swapcase(), "é"]

    assert await turned(token) == 200
    assert set(await asyncio.gather(*map(turned, (*changed, *odd)))) == {400}


async def test_se_04_no_secret_that_was_given_or_made_is_in_a_dump(
    acme: Acme, two: tuple[Caller, Caller], valkey: Valkey
) -> None:
    ours, _ = two
    given = {
        channel_pb2.SECRET_KIND_APP_SECRET: "dumped-app-secret",
        channel_pb2.SECRET_KIND_VERIFY_TOKEN: "dumped-verify-token",
        channel_pb2.SECRET_KIND_ACCESS_TOKEN: "dumped-access-token",
    }
    secrets = [a_secret(kind, value) for kind, value in given.items()]
    whatsapp = kind_pb2.CHANNEL_KIND_WHATSAPP
    await a_channel(ours.api, whatsapp, OURS, external_id="555000044", secrets=secrets)
    tenant = f"/api/v1/tenants/{OURS}"
    hook = {"url": "https://hooks.example.com/"}
    endpoint = (await ours.http.post(f"{tenant}/endpoints", json=hook)).json()["endpoint"]
    shown = await ours.http.get(f"{tenant}/endpoints/{endpoint['id']}/secret")
    live = (await ours.http.post(f"{tenant}/live_tokens", json={})).json()["token"]

    made = [ours.key.rpartition("_")[2], shown.json()["secret"].removeprefix("whsec_"), live]
    dump = await _dump(acme.front.database_url, valkey.url)

    assert endpoint["id"] in dump
    assert [each for each in (*given.values(), *made) if _is_in(dump, each)] == []


async def _dump(database_url: str, valkey_url: str) -> str:
    """Every row of every table, bytes as hex; every key of Valkey."""
    connection = await asyncpg.connect(database_url)
    found = ""
    try:
        for table in await connection.fetch(_TABLES):
            rows = await connection.fetch(f"SELECT x::text AS row FROM {table['name']} x")  # noqa: S608  # a catalog's name
            found += "".join(row["row"] for row in rows)
    finally:
        await connection.close()
    async with redis.from_url(valkey_url) as valkey:
        async for key in valkey.scan_iter():
            found += (key + (await valkey.dump(key) or b"")).decode("latin-1")
    return found


def _is_in(dump: str, secret: str) -> bool:
    raw = secret.encode()
    return any(each in dump for each in (secret, raw.hex(), base64.b64encode(raw).decode()))


async def test_sg_06_who_left_and_asks_again_gets_the_first_answer(
    two: tuple[Caller, Caller],
) -> None:
    """Some had an effect before their caller was gone, some had none: nobody can tell from here."""
    ours, _ = two
    stub = knowledge_pb2_grpc.KnowledgeServiceStub(ours.channel)
    key = [("authorization", f"Bearer {ours.key}")]

    def asking(n: int, timeout: float) -> Any:
        article = knowledge_pb2.Article(title=f"once {n}", body="Words that are embedded.")
        name = str(uuid.UUID(int=(0x4000 << 64) + n))
        request = knowledge_pb2.CreateArticleRequest(article=article, request_id=name)
        return stub.CreateArticle(request, metadata=key, timeout=timeout)

    left = [asking(n, 0.003 * (n + 1)) for n in range(12)]
    await asyncio.gather(*left, return_exceptions=True)
    ids = [[(await asking(n, 20)).article.id for n in range(12)] for _ in range(2)]

    listed = await ours.http.get(f"/api/v1/tenants/{OURS}/articles", params={"page_size": 100})
    titles = [each["title"] for each in listed.json()["articles"]]
    assert ids[0] == ids[1]
    assert sorted(each for each in titles if each.startswith("once")) == sorted(
        f"once {n}" for n in range(12)
    )
    assert grpc.StatusCode.DEADLINE_EXCEEDED in {await each.code() for each in left}


async def test_sc_16_no_cell_of_an_export_is_a_formula(
    acme: Acme, two: tuple[Caller, Caller]
) -> None:
    ours, _ = two
    secrets = [a_secret(channel_pb2.SECRET_KIND_SIGNING_SECRET, SIGNING)]
    own = await a_channel(ours.api, tenant_id=OURS, sandbox=True, name="=1+1", secrets=secrets)
    for n, formula in enumerate(("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1")):
        data = {"customer_id": formula, "text": formula, "name": formula}
        body = json.dumps({"type": "message.received", "data": data}).encode()
        signed = standard_webhooks.sign([SIGNING], f"sc16-{n}", int(time.time()), body)
        path = f"/api/v1/webhooks/custom/{own.id}"
        assert (await acme.http.post(path, content=body, headers=signed)).status_code == 200

    rows = await _exported(ours, 5)

    assert [cell for row in rows for cell in row if cell.startswith(_FORMULA)] == []


async def _exported(caller: Caller, count: int) -> list[list[str]]:
    async with asyncio.timeout(20):
        while True:
            file = await caller.http.get("/api/v1/analytics/export.csv", params={"days": 1})
            rows: Iterable[list[str]] = csv.reader(io.StringIO(file.text))
            if len(found := list(rows)) > count:
                return found
            await asyncio.sleep(0.1)
