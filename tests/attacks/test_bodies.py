"""SC: bodies that mean two things, never end, or blow up; each through Envoy, on a route of both
kinds: transcoded, and the gateway's own.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

if TYPE_CHECKING:
    from tests.attacks.conftest import Acme

ARTICLES, TRIAL = "/api/v1/tenants/acme/articles", "/api/v1/test/test"
ROUTES = [ARTICLES, TRIAL]
KEYS, CHANNELS = "/api/v1/tenants/acme/keys", "/api/v1/tenants/acme/channels"
LIST = "/api/v1/conversations"
_SAID = {
    ARTICLES: {"title": "Shipping", "body": "On Mondays."},
    TRIAL: {"message": "hi", "customer_id": "kim", "channel": "no such"},
}
_FIELD = {ARTICLES: "title", TRIAL: "customer_id"}


def saying(path: str, more: str) -> bytes:
    """A good body and one thing more; `%s` is a field that it has already."""
    more = more.replace("%s", _FIELD[path])
    return f"{json.dumps(_SAID[path])[:-1]}, {more}}}".encode("utf-8", "surrogatepass")


async def refused(acme: Acme, path: str, body: bytes, **headers: str) -> int:
    """The status; whatever it is, the answer tells nothing of the inside."""
    response = await acme.http.post(path, content=body, headers=headers)
    assert response.json()["message"]
    for inside in ("Traceback", "asyncpg", "SELECT", "site-packages", "127.0.0.1"):
        assert inside not in response.text
    return response.status_code


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "more",
    ['"%s":"one","%s":"two"', '"z":NaN', '"z":1e400', '"z":Infinity',
     '"z":' + "[" * 1024 + "]" * 1024, '"%s":"\\ud800"', '"%s":{"a":1}', '"%s":"\\x"'],
)  # fmt: skip
async def test_json_that_parsers_disagree_about_is_refused(
    acme: Acme, path: str, more: str
) -> None:
    assert await refused(acme, path, saying(path, more)) == 400


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "body", [b"null", b"[]", b'"x"', b"", b"{} {}", b"{}x", b"{", b"\xff\xfe", b'{"a":"\xff"}']
)
async def test_what_is_no_object_is_refused(acme: Acme, path: str, body: bytes) -> None:
    assert await refused(acme, path, body) == 400


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 150_000 + b"1" + b"}" * 150_000,
     b"{" + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}",
     b'{"' + b"k" * 1_000_000 + b'":1}'],
    ids=["arrays", "objects", "many keys", "one key"],
)  # fmt: skip
async def test_what_is_deep_or_wide_is_refused(acme: Acme, path: str, body: bytes) -> None:
    assert await refused(acme, path, body) in {400, 413}


@pytest.mark.parametrize("path", ROUTES)
async def test_what_is_too_long_for_its_route_is_refused(acme: Acme, path: str) -> None:
    assert await refused(acme, path, b'{"a":"' + b"x" * 1_100_000 + b'"}') == 413


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, gzip", "x-unknown"])
async def test_nothing_that_is_compressed_is_inflated(acme: Acme, path: str, encoding: str) -> None:
    bomb = gzip.compress(b'{"title":"' + b"a" * 20_000_000 + b'"}')

    assert await refused(acme, path, bomb, **{"content-encoding": encoding}) == 415


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("multipart/form-data; boundary=x", "--x\r\n\r\n--x--"),
        ("application/x-www-form-urlencoded", "title=a"),
        ("TEXT/plain", '{"title":"a","body":"b"}'),
    ],
)
async def test_what_a_foreign_page_can_post_is_refused(
    acme: Acme, path: str, content_type: str, body: str
) -> None:
    assert await refused(acme, path, body.encode(), **{"content-type": content_type}) == 415


async def test_a_path_and_a_body_that_differ_are_refused(acme: Acme) -> None:
    named = {"role": "CALLER_VIEWER", "tenant_id": "another"}

    response = await acme.http.post("/api/v1/tenants/acme/keys", json=named)

    assert response.status_code == 403


async def test_a_path_and_a_body_that_agree_are_taken(acme: Acme) -> None:
    named = {"role": "CALLER_VIEWER", "tenant_id": "acme"}

    response = await acme.http.post("/api/v1/tenants/acme/keys", json=named)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE articles; --", "%s {} $1 \\ \\\\", "\u202etxt.exe", "à\u200b\ufeff",
     "\U0001d56f" * 50, '\n{"level":"error"}', "\x1b[31mred", "${jndi:ldap://x}",
     "<img src=x onerror=alert(1)>"],
)  # fmt: skip
async def test_strange_text_is_stored_as_it_is(acme: Acme, text: str) -> None:
    said: dict[str, Any] = {"title": text, "body": text}
    made = (await acme.http.post(ARTICLES, json=said)).json()["article"]

    read = await acme.http.get(f"{ARTICLES}/{made['id']}")

    assert (read.json()["article"]["title"], read.json()["article"]["body"]) == (text, text)


@pytest.mark.parametrize(
    "query",
    ["page_size=-1", "page_size=x", "page_size=9999999999999", "page_token=%00", "page_token=a.b",
     "nope=1", "page_size=1&page_size=2", "customer_id=%27", "status=NOPE"],
)  # fmt: skip
async def test_a_query_that_makes_no_sense_is_refused(acme: Acme, query: str) -> None:
    response = await acme.http.get(f"/api/v1/conversations?{query}")

    assert response.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/api/v1/conversations/not-a-uuid", "/api/v1/conversations/%00", "/api/v1/tenants;x",
     "/docs/%2e%2e/pyproject.toml", "/docs/..%5c..%5cpyproject.toml", "/metrics", "/stats",
     "/server_info", "/quitquitquit", "/readyz", "/debug", "/api/v1/webhooks/%2e%2e/keys"],
)  # fmt: skip
async def test_a_path_leads_nowhere_else(acme: Acme, path: str) -> None:
    response = await acme.http.get(httpx2.URL(acme.front.url).copy_with(raw_path=path.encode()))

    assert response.status_code in {307, 400, 404}


@pytest.mark.parametrize(
    ("path", "said", "field", "words"),
    [
        (KEYS, {"role": "CALLER_BOSS"}, "role", '"CALLER_BOSS" is none of CALLER_VIEWER, CALLER_A'),
        (KEYS, {"expire_time": 'to"morrow'}, "expire_time", "is not a time as 2026-01-31T12:00"),
        (ARTICLES, {"title": "x", "status": '\\"}],'}, "article.status", "STATUS_PUBLISHED"),
        (ARTICLES, {"title": 5}, "article.title", "5 is not a text"),
        (ARTICLES, {"title": {}}, "article.title", "an object is not a value"),
        (ARTICLES, {"title": []}, "article", "a list is where none belongs"),
        (CHANNELS, {"secrets": [{"kind": "X"}]}, "channel.secrets[0].kind", "SECRET_KIND_BOT_TOKE"),
        (CHANNELS, {"secrets": [7]}, "channel.secrets[0]", "7 is not an object"),
        (CHANNELS, {"sandbox": "y" * 999}, "channel.sandbox", "what was given is not true or fals"),
        (f"{LIST}?page_size=many", None, "page_size", '"many" is not a whole number'),
        (f"{LIST}?pagesize=3", None, "pagesize", "there is no such parameter"),
        (f"{LIST}?holder=nobody", None, "holder", "HOLDER_BOT, HOLDER_QUEUED, HOLDER_PERSON"),
        (f"{LIST}?status=open", None, "status", '"open" is none of STATUS_OPEN, STATUS_RESOLVED'),
    ],
)
async def test_what_the_edge_cannot_read_is_named_where_programs_look(
    acme: Acme, path: str, said: dict[str, Any] | None, field: str, words: str
) -> None:
    """Envoy answers these by itself: as the services do, with the field in the details."""
    answer = await acme.http.request("POST" if said else "GET", path, json=said)

    assert len(answer.json()["details"]) == 2, answer.text
    info, bad = answer.json()["details"]
    assert (answer.status_code, info["reason"]) == (400, "EDGE_BAD_REQUEST")
    assert [each["field"] for each in bad["field_violations"]] == [field]
    description = bad["field_violations"][0]["description"]
    assert words in description
    assert answer.json()["message"] == f"{field}: {description}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not valid JSON (Unexpected end of string"),
        (b'{"role": "x', "not valid JSON (Closing quote expected in string)"),
        (b'{"role":}', "not valid JSON (Unexpected token, near }); send an object in UTF-8"),
        (b'{"role" "x\\"}', 'Expected : between key:value pair, near {"role" "x\\"}'),
        (b'{"name":"\xff"}', "not valid JSON (Encountered non UTF-8"),
        (b'": x", "EDGE_BAD_REQUEST": {', "not valid JSON"),
        (b"[1]", "the body is no object; send one"),
        (b'{"a":' * 200, "nested too deeply"),
    ],
)
async def test_what_is_no_json_has_no_field_and_says_where(
    acme: Acme, body: bytes, words: str
) -> None:
    answer = await acme.http.post(KEYS, content=body)

    assert (answer.status_code, words in answer.json()["message"]) == (400, True), answer.text
    assert len(answer.json()["details"]) == 1


async def test_no_body_lacks_its_fields(acme: Acme) -> None:
    answer = await acme.http.post(KEYS, content=b"")

    assert answer.status_code == 400
    assert all(
        each["field"] for info in answer.json()["details"][1:] for each in info["field_violations"]
    )


async def test_a_deadline_that_cannot_be_read_is_named(acme: Acme) -> None:
    answer = await acme.http.get(LIST, headers={"grpc-timeout": "soon"})

    assert (answer.status_code, "grpc-timeout is" in answer.json()["message"]) == (400, True)
