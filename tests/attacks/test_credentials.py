"""SE and SG: keys that are wrong, calls that are too many, gRPC that is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import httpx2
import pytest
from cassava.tickets.v1 import (
    access_pb2,
    conversation_pb2,
    inbox_pb2,
    ticket_pb2,
    ticket_pb2_grpc,
)
from cassava.type.v1 import access_pb2 as caller_pb2

from mesh.access import MESH_TOKEN, MeshIdentity
from mesh.errors import InvalidInput, MeshError, NotSignedIn
from tests.contract.tenants import at_the_edge
from tests.front import MESH_KEY
from tests.tickets.builders import PLATFORM_KEY, a_key

if TYPE_CHECKING:
    from tests.attacks.conftest import Acme

TOKENS = "/api/v1/tenants/acme/live_tokens"
LIST = "/cassava.tickets.v1.TicketService/ListTickets"


def another(character: str) -> str:
    return "0" if character != "0" else "1"


async def test_a_key_with_one_character_changed_opens_nothing(acme: Acme) -> None:
    said = set()
    for at in (4, 12, 21, len(acme.key) - 1):
        wrong = acme.key[:at] + another(acme.key[at]) + acme.key[at + 1 :]
        response = await acme.http.get(
            "/api/v1/tickets", headers={"authorization": f"Bearer {wrong}"}
        )
        said.add((response.status_code, response.text))

    assert len(said) == 1
    assert said.pop()[0] == 401


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Basic YWRtaW46YWRtaW4=", "Bearer " + "x" * 5000, "Bearer é",
     "Bearer csk_platform_", "bearer null", "Bearer csk_a_b, Bearer csk_c_d"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/tenants/acme/events"])
async def test_what_is_no_key_opens_nothing(acme: Acme, path: str, authorization: str) -> None:
    response = await acme.http.get(path, headers=[(b"authorization", authorization.encode())])

    assert response.status_code == 401
    assert response.json()["details"][0]["reason"] == "NOT_SIGNED_IN"


async def test_guessing_is_slowed_down_and_says_for_how_long(acme: Acme) -> None:
    assert (await acme.http.get("/api/v1/tickets")).status_code == 200
    stem = acme.key.rpartition("_")[0]
    guesses = [f"{stem}_{n:064x}" for n in range(15)]
    answers = [
        await acme.http.get("/api/v1/tickets", headers={"authorization": f"Bearer {key}"})
        for key in guesses
    ]

    assert [each.status_code for each in answers[:3]] == [401] * 3
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await acme.http.get("/api/v1/tickets")).status_code == 200


async def test_se_06_signing_in_tells_no_wrong_key_from_another_and_tires(acme: Acme) -> None:
    """A key that never was, one with a wrong secret and a right one that is cut: the same words."""
    stem, _, secret = acme.key.rpartition("_")
    wrong = [f"csk_{'0' * 16}_{secret}", f"{stem}_{'0' * 64}", acme.key[:-1], "admin", "x" * 200]

    said = [await _signed_in(acme, each) for each in wrong]
    tired = [await _signed_in(acme, f"csk_5e06{'0' * 12}_{n:064x}") for n in range(15)]

    assert {(each.status_code, each.text) for each in said} == {(401, said[0].text)}
    assert tired[-1].status_code == 429
    assert int(tired[-1].headers["retry-after"]) >= 1
    assert not any("set-cookie" in each.headers for each in (*said, *tired))


async def _signed_in(acme: Acme, key: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=acme.front.url, timeout=20) as browser:
        return await browser.post("/api/v1/session", json={"key": key}, headers={"x-console": "1"})


@pytest.mark.parametrize(
    "cookies",
    [
        "cassava_session={key}; cassava_session={other}",
        "cassava_session={other}; cassava_session={key}",
        *("x-cassava_session={key}", "a=cassava_session={key}", 'a="; cassava_session={key}"'),
        *("__Host-cassava_session={key}", "cassava_session ={key}", "cassava_session={key},"),
        *("Cassava_Session={key}", "cassava_session=Bearer {key}", "cassava_session=", "=;;="),
    ],
)
async def test_a_cookie_that_is_not_exactly_the_consoles_is_nobodys_key(
    acme: Acme, cookies: str
) -> None:
    """A neighbouring host may add a cookie of its own: two sessions are none."""
    said = cookies.format(key=acme.key, other=f"csk_{'0' * 16}_{'0' * 64}")
    async with httpx2.AsyncClient(base_url=acme.front.url) as browser:
        answers = [
            await browser.get("/api/v1/tickets", headers={"x-console": "1", "cookie": each})
            for each in (f"theme=dark; cassava_session={acme.key}; lang=sw", said)
        ]

    assert [each.status_code for each in answers] == [200, 401]


@pytest.mark.parametrize("service", ["tickets", "responder", "gateway-edge"])
async def test_sg_01_a_token_of_the_mesh_is_nothing_at_the_edge(acme: Acme, service: str) -> None:
    """Not even a good one, in whatever header: what comes in by the edge is never one of us."""
    token = MeshIdentity(MESH_KEY, "gateway-worker").token(service)
    shown = ({MESH_TOKEN: token}, {"authorization": f"Bearer {token}"}, {"cookie": token})

    answers = [
        await acme.http.get("/api/v1/tickets", headers={"authorization": "", **each})
        for each in shown
    ]

    assert {each.status_code for each in answers} == {401}


async def test_a_revoked_key_is_over_at_once_where_it_is_kept(acme: Acme) -> None:
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        key = await a_key(platform.api, "acme")
        async with at_the_edge(acme.front, key) as caller:
            await caller.api.tickets.ListTickets(ticket_pb2.ListTicketsRequest())
            revoke = access_pb2.RevokeKeyRequest(tenant_id="acme", key_id=key.split("_")[1])
            await platform.api.access.RevokeKey(revoke)
            with pytest.raises(NotSignedIn):
                await caller.api.tickets.ListTickets(ticket_pb2.ListTicketsRequest())


async def test_the_audit_log_is_read_through_the_edge(acme: Acme) -> None:
    await acme.http.get("/api/v1/tenants/somebody-else/keys")

    listed = await acme.http.get("/api/v1/tenants/acme/audit_log?action=access.denied")

    assert listed.json()["entries"][0]["detail"] == "somebody-else"


async def code_of(call: Any) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    details = error.value.details() or ""
    assert "Traceback" not in details
    assert "site-packages" not in details
    return error.value.code()


@pytest.mark.parametrize("door", ["edge", "tickets"])
async def test_metadata_and_messages_have_their_size(acme: Acme, door: str) -> None:
    address = str(getattr(acme.front, door))
    key = ("authorization", f"Bearer {acme.key}")
    options = [("grpc.max_send_message_length", -1), ("grpc.max_metadata_size", 2**20)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        empty = ticket_pb2.ListTicketsRequest()
        large = ticket_pb2.ListTicketsRequest(page_token="x" * (5 * 2**20))
        many = [(f"x-key-{n}", "v") for n in range(1000)]

        refused = {
            await code_of(stub.ListTickets(empty, metadata=[key, ("x-large", "v" * 40_000)])),
            await code_of(stub.ListTickets(empty, metadata=[key, *many])),
            await code_of(stub.ListTickets(large, metadata=[key])),
        }

    allowed = {
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNAVAILABLE,  # the edge resets what it does not read
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.INVALID_ARGUMENT,
    }
    assert refused <= allowed


@pytest.mark.parametrize("door", ["edge", "tickets"])
@pytest.mark.parametrize(
    "method",
    ["/cassava.tickets.v1.TicketService/Nope", "/nobody.v1.Service/Nope", "/cassava.tickets.v1.",
     "/grpc.channelz.v1.Channelz/GetTopChannels", "/", "/../TicketService/ListTickets"],
)  # fmt: skip
async def test_a_method_that_is_not_there_is_unimplemented(
    acme: Acme, door: str, method: str
) -> None:
    async with grpc.aio.insecure_channel(str(getattr(acme.front, door))) as channel:
        call: Any = channel.unary_unary(method)

        code = await code_of(call(b"", timeout=5))

    assert code in {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INVALID_ARGUMENT,
                    grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}  # fmt: skip


@pytest.mark.parametrize("door", ["edge", "tickets"])
@pytest.mark.parametrize("said", [b"\xff" * 100, b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x01\xff"])
async def test_bytes_that_are_no_message_are_invalid(acme: Acme, door: str, said: bytes) -> None:
    metadata = [("authorization", f"Bearer {acme.key}")]
    async with grpc.aio.insecure_channel(str(getattr(acme.front, door))) as channel:
        call: Any = channel.unary_unary(LIST)

        code = await code_of(call(said, metadata=metadata, timeout=5))

    assert code is grpc.StatusCode.INVALID_ARGUMENT


# gRPC's own parser remembers a value that it could not read, on the connection that all callers
# share: one bad header, and everybody's next call fails.
POISON = [
    *(("grpc-timeout", value) for value in ("0n", "1n", "99999999H", "-5S", "abc", "9" * 20 + "S")),
    *(("grpc-timeout", value) for value in ("", "1", "S", "1.5S", "5S,5S")),
    *(("x-some-bin", "###"), ("grpc-trace-bin", "!"), ("grpc-tags-bin", "=")),
    *(("grpc-encoding", "nope"), ("grpc-accept-encoding", "\u00ff"), ("te", "nope")),
    *(("grpc-retry-pushback-ms", "x"), ("grpc-previous-rpc-attempts", "x"), ("user-agent", "")),
    *(("content-type", "application/grpc+nope"), ("lb-cost-bin", "@"), ("host", "x y")),
]


@pytest.mark.parametrize(("name", "value"), POISON)
async def test_a_strange_header_harms_nobody_else(acme: Acme, name: str, value: str) -> None:
    """Over HTTP/1.1 a caller may write any header; gRPC-Web and JSON carry it on."""
    odd = {"content-type": "application/grpc-web+proto", name: value}
    for _ in range(3):
        response = await acme.http.post(
            LIST,
            content=b"\0\0\0\0\0",
            headers=[(key.encode(), said.encode("latin-1")) for key, said in odd.items()],
        )
        assert response.status_code != 500

    for _ in range(3):
        assert (await acme.http.post(TOKENS, json={})).status_code == 200
        assert (await acme.http.get("/api/v1/tickets")).status_code == 200


async def test_many_items_in_one_call_are_refused_by_number(acme: Acme) -> None:
    items = [inbox_pb2.InboundItem(key=str(n)) for n in range(65)]
    async with at_the_edge(acme.front, PLATFORM_KEY) as platform:
        key = await a_key(platform.api, "acme", caller_pb2.CALLER_INGEST)
    async with at_the_edge(acme.front, key) as caller:
        with pytest.raises(InvalidInput) as refused:
            await caller.api.inbox.Accept(inbox_pb2.AcceptRequest(items=items))

    assert refused.value.violations[0].field == "items"


async def test_a_text_with_every_strange_character_crosses_grpc(acme: Acme) -> None:
    async with at_the_edge(acme.front, acme.key) as caller:
        for text in ("a\0b", "\U0010ffff", "\u202e", "x" * 100_000):
            with pytest.raises(MeshError) as refused:
                await caller.api.conversations.PostMessage(
                    conversation_pb2.PostMessageRequest(
                        conversation_id="0190a000-0000-7000-8000-000000000001", text=text
                    )
                )
            assert refused.value.code in {"NOT_FOUND", "INVALID_ARGUMENT"}


@pytest.mark.parametrize("path", [LIST, "/grpc.health.v1.Health/Check"])
@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("POST", {"content-type": "application/json"}),
        ("POST", {"content-type": ""}),
        ("POST", {"content-type": "text/plain"}),
        ("POST", {"content-type": "application/grpcnope"}),
        ("POST", {"content-type": "application/grpc-web+nope"}),
        ("POST", {"content-type": "application/grpc"}),
        ("POST", {"content-type": "application/grpc+nope"}),
        ("POST", {"content-type": "application/grpc-web+proto"}),
        ("GET", {"content-type": "application/grpc"}),
        ("PUT", {"content-type": "application/grpc-web+proto"}),
    ],
)
async def test_what_is_not_grpc_never_looks_like_a_broken_service(
    acme: Acme, path: str, method: str, said: dict[str, str]
) -> None:
    """Without a key: a few resets in a row, and Envoy would put a healthy replica aside."""
    async with httpx2.AsyncClient(base_url=acme.front.url, timeout=20) as nobody:
        response = await nobody.request(method, path, content=b"\0\0\0\0\0", headers=said)

    assert response.status_code < httpx2.codes.INTERNAL_SERVER_ERROR
