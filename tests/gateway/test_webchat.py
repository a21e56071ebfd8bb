"""A visitor of a web page: writes, reads the answer, comes back; nobody else can."""

import asyncio
import hashlib
import hmac
import json
import uuid
from typing import Any

import httpx2
import pytest
from cassava.tickets.v1 import conversation_pb2, event_pb2

from cli.embedded.valkey import Valkey as Server
from mesh.valkey import Valkey
from services.gateway import asides
from services.gateway.feed import Feeds
from services.gateway.news import News
from services.gateway.visitors import Visitor
from tests.gateway.record import CONVERSATION_ID, EPOCH, Record, an_account

CHAT_ID, OTHER_ID = "0190a000-0000-7000-8000-000000000005", "0190a000-0000-7000-8000-000000000006"
CHAT, OTHER = f"/api/v1/webchat/{CHAT_ID}", f"/api/v1/webchat/{OTHER_ID}"
PAGE = {"origin": "https://shop.example.com"}
SECRET = "whsec_" + "a2V5" * 8


@pytest.fixture
def record(record: Record) -> Record:
    secrets = {"signing_secret": [SECRET]}
    record.accounts += [
        an_account("webchat", CHAT_ID, secrets=secrets),
        an_account("webchat", OTHER_ID, "other"),
    ]
    return record


class LogOf:
    """The record's events, without the wire."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def list_events(
        self, tenant_id: str, after: int, epoch: str, *, page_size: int = 0
    ) -> event_pb2.ListEventsResponse:
        asked = event_pb2.ListEventsRequest(after=after, epoch=epoch, page_size=page_size)
        answer: event_pb2.ListEventsResponse = await self._record.ListEvents(asked, None)
        return answer


async def a_session(edge: httpx2.AsyncClient, **said: str) -> dict[str, str]:
    """The headers of a visitor."""
    answer = await edge.post(f"{CHAT}/session", json=said, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return {**PAGE, "authorization": f"Bearer {answer.json()['token']}"}


async def write(
    edge: httpx2.AsyncClient, visitor: dict[str, str], text: str = "Hi", client_id: str = ""
) -> httpx2.Response:
    said = {"text": text, "client_id": client_id or str(uuid.uuid4())}
    return await edge.post(f"{CHAT}/messages", json=said, headers=visitor)


def who(record: Record) -> str:
    """By whose name the latest message came."""
    return list(record.items.values())[-1].arrival.contact.aliases[0].value


def said_by(author: Any, text: str, state: Any) -> conversation_pb2.Message:
    return conversation_pb2.Message(id=text, author=author, text=text, state=state)


async def test_what_a_visitor_writes_is_stored_once_however_often_it_is_sent(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    visitor, client_id = await a_session(edge), str(uuid.uuid4())

    answers = [await write(edge, visitor, "Hello?", client_id) for _ in range(2)]

    (item,) = record.items.values()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert (item.tenant_id, item.account_id, item.arrival.text) == ("demo", CHAT_ID, b"Hello?")
    assert item.key == f"wc:{who(record)}:{client_id}"


async def test_two_visitors_are_two_people_and_one_who_comes_back_is_one(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    first = await a_session(edge)
    await write(edge, first)
    one = who(record)
    await write(edge, await a_session(edge))
    another = who(record)
    await write(edge, await a_session(edge, token=first["authorization"].removeprefix("Bearer ")))

    assert one != another
    assert who(record) == one


async def test_a_user_whom_the_tenant_vouches_for_is_the_same_on_every_device(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    proof = hmac.new(SECRET.encode(), b"u-7", hashlib.sha256).hexdigest()

    await write(edge, await a_session(edge, user_id="u-7", user_hash=proof))
    forged = await edge.post(
        f"{CHAT}/session", json={"user_id": "u-8", "user_hash": proof}, headers=PAGE
    )

    assert who(record) == "user:u-7"
    assert forged.status_code == 401


async def test_a_token_opens_only_its_own_channel_on_its_own_page(
    edge: httpx2.AsyncClient,
) -> None:
    visitor = await a_session(edge)

    answers = [
        await edge.get(f"{OTHER}/messages", headers=visitor),
        await edge.get(f"{CHAT}/messages", headers=visitor | {"origin": "https://evil.example"}),
        await edge.get(f"{CHAT}/messages", headers=visitor | {"authorization": "Bearer a.b"}),
        await edge.get(f"{CHAT}/messages", headers=PAGE),
        await edge.get("/api/v1/webchat/nobody/messages", headers=visitor),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 404]


async def test_on_our_own_page_a_browser_names_its_origin_only_when_it_posts(
    edge: httpx2.AsyncClient,
) -> None:
    ours = {"origin": f"http://{edge.base_url.host}:{edge.base_url.port}"}
    token = (await edge.post(f"{CHAT}/session", json={}, headers=ours)).json()["token"]

    read = await edge.get(f"{CHAT}/messages", headers={"authorization": f"Bearer {token}"})

    assert read.status_code == 200


async def test_a_visitor_reads_what_was_said_and_no_note_and_nothing_unsent(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    visitor = await a_session(edge)
    await write(edge, visitor)
    record.messages[who(record)] = [
        said_by(conversation_pb2.AUTHOR_CUSTOMER, "Hi", conversation_pb2.MESSAGE_STATE_RECEIVED),
        said_by(conversation_pb2.AUTHOR_AGENT, "secret", conversation_pb2.MESSAGE_STATE_SENT),
        said_by(conversation_pb2.AUTHOR_BOT, "unsent", conversation_pb2.MESSAGE_STATE_CANCELLED),
        said_by(conversation_pb2.AUTHOR_BOT, "Hello.", conversation_pb2.MESSAGE_STATE_SENT),
    ]
    record.messages[who(record)][1].kind = conversation_pb2.MESSAGE_KIND_NOTE

    whole = await edge.get(f"{CHAT}/messages", headers=visitor)
    rest = await edge.get(f"{CHAT}/messages?after=Hi", headers=visitor)
    stranger = await edge.get(f"{CHAT}/messages", headers=await a_session(edge))

    assert [(m["author"], m["text"]) for m in whole.json()["messages"]] == [
        ("visitor", "Hi"),
        ("bot", "Hello."),
    ]
    assert [m["text"] for m in rest.json()["messages"]] == ["Hello."]
    assert stranger.json() == {"messages": []}


async def test_news_are_heard_from_where_the_visitor_was_and_of_nobody_else(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    visitor = await a_session(edge)
    await write(edge, visitor)
    record.messages[who(record)] = []
    for kind in ("message.received", "turn.completed", "message.sent"):
        record.happen(kind)
        record.events[-1].conversation_id = CONVERSATION_ID
    record.happen("message.sent")
    record.events[-1].conversation_id = "another"

    position = {"last-event-id": f"{EPOCH}.1"}
    async with edge.stream("GET", f"{CHAT}/events", headers=visitor | position) as stream:
        lines = aiter(stream.aiter_lines())
        async with asyncio.timeout(20):
            heard = [line async for line in _until_data(lines)]

    assert f"id: {EPOCH}.3" in heard
    assert [json.loads(line[6:])["type"] for line in heard if line.startswith("data")] == [
        "message.sent"
    ]


async def test_an_answer_is_seen_while_it_is_written_by_its_visitor_alone(
    record: Record, valkey: Server
) -> None:
    feeds, said = Feeds(LogOf(record), Valkey(valkey.url)), Valkey(valkey.url)
    visitor = Visitor("demo", CHAT_ID, "v", "", expires_at=9e9)
    theirs = await News(LogOf(record), feeds).opened(visitor, frozenset({"theirs"}), None)
    others = await News(LogOf(record), feeds).opened(visitor, frozenset({"another"}), None)
    assert [await anext(theirs), await anext(others)] == [": open\n\n"] * 2

    reading = asyncio.ensure_future(anext(theirs))
    while not reading.done():  # until the feed listens, what is said in passing is lost
        await asides.say(said, "demo", asides.DRAFT, conversation_id="theirs", text="<b>No</b>.")
        await asyncio.wait({reading}, timeout=0.1)
    record.happen("message.sent")
    record.events[-1].conversation_id = "another"

    assert reading.result() == 'data: {"type":"draft","text":"<b>No</b>."}\n\n'
    assert '"message.sent"' in await anext(others)
    await said.close()


async def _until_data(lines: Any) -> Any:
    async for line in lines:
        yield line
        if line.startswith("data: "):
            return


async def test_a_page_of_another_origin_may_ask_and_reads_refusals_too(
    edge: httpx2.AsyncClient,
) -> None:
    asked = await edge.options(f"{CHAT}/messages", headers=PAGE)
    refused = await edge.get(f"{CHAT}/messages", headers=PAGE)

    for answer in (asked, refused):
        assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
        assert "access-control-allow-credentials" not in answer.headers
    assert (asked.status_code, refused.status_code) == (204, 401)


async def test_who_writes_too_much_is_told_to_wait(edge: httpx2.AsyncClient) -> None:
    visitor = await a_session(edge)

    answers = [await write(edge, visitor) for _ in range(25)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["retry-after"]) <= 4


async def test_an_address_that_invents_visitors_is_told_to_wait(edge: httpx2.AsyncClient) -> None:
    async def come(address: str, **said: str) -> httpx2.Response:
        headers = {**PAGE, "x-envoy-external-address": address}
        return await edge.post(f"{CHAT}/session", json=said, headers=headers)

    first = await come("192.0.2.1")
    answers = [await come("192.0.2.1") for _ in range(40)]

    assert {answer.status_code for answer in answers} == {200, 429}
    # Who is known already may come back, and other addresses are not held back.
    assert (await come("192.0.2.1", token=first.json()["token"])).status_code == 200
    assert (await come("192.0.2.2")).status_code == 200


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("text", {"client_id": str(uuid.uuid4())}),
        ("text", {"client_id": str(uuid.uuid4()), "text": "x" * 4001}),
        ("client_id", {"text": "Hi"}),
        ("client_id", {"text": "Hi", "client_id": "1"}),
    ],
)
async def test_bad_input_names_its_field(
    edge: httpx2.AsyncClient, field: str, said: dict[str, str]
) -> None:
    answer = await edge.post(f"{CHAT}/messages", json=said, headers=await a_session(edge))

    assert answer.status_code == 400
    assert field in answer.text


async def test_the_widget_asks_no_third_party_and_writes_no_markup(
    edge: httpx2.AsyncClient,
) -> None:
    script = await edge.get(f"{CHAT}/widget.js")
    page = await edge.get(f"{CHAT}/")

    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    for word in ("http://", "https://", "innerHTML", "eval(", "document.cookie"):
        assert word not in script.text
    assert "unsafe-inline" not in page.headers["content-security-policy"]
