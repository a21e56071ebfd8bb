"""Routes that are not webhooks: health, documentation, errors, the test endpoint."""

from typing import Any

import httpx2
import pytest
from cassava.tickets.v1 import turn_pb2
from cassava.type.v1 import error_reason_pb2
from cassava.type.v1.classification_pb2 import URGENCY_HIGH
from cassava.type.v1.outcome_pb2 import OUTCOME_KIND_ANSWER, TIER_KNOWLEDGE

from tests.gateway.record import Record

TEST = "/api/v1/test/test"
BODY = {"message": "I need help with billing", "customer_id": "test_user", "channel": "test"}
OTHER = {"authorization": "Bearer csk_other_CALLER_ADMIN"}


def an_answered_turn() -> turn_pb2.GetTurnByMessageResponse:
    turn = turn_pb2.GetTurnByMessageResponse(turn_id="t", conversation_id="c", done=True)
    turn.classification.intent, turn.classification.urgency = "billing", URGENCY_HIGH
    turn.classification.confidence = 0.9
    turn.outcome.kind, turn.outcome.tier = OUTCOME_KIND_ANSWER, TIER_KNOWLEDGE
    turn.reply.text = "Here is how."
    turn.outcome.sources.add(article_id="a", title="Billing", score=0.8)
    turn.timings_ms["classify"] = 4
    return turn


async def test_one_message_goes_through_the_mesh_and_its_answer_comes_back(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    record.turn = an_answered_turn()

    answer = await edge.post(TEST, json=BODY)

    said = answer.json()
    assert answer.status_code == 200
    assert said["classification"]["urgency"] == "high"
    assert (said["reply"]["tier"], said["reply"]["text"]) == ("knowledge", "Here is how.")
    assert (said["ticket"], said["handover"]) == (None, False)
    assert set(said["timings_ms"]) == {"classify", "total"}
    (item,) = record.items.values()
    assert item.arrival.no_debounce


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"message": ""}, "message"),
        ({"message": 5}, "message"),
        ({"message": "x" * 20_001}, "message"),
        ({"customer_id": None}, "customer_id"),
        ({"channel": "pigeon"}, "channel"),
        ({"request_id": "x"}, "request_id"),
    ],
)
async def test_bad_input_names_its_field(
    edge: httpx2.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await edge.post(f"{TEST}/", json=BODY | change)

    details = {detail["@type"].rpartition(".")[2]: detail for detail in answer.json()["details"]}
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert details["BadRequest"]["field_violations"][0]["field"] == field
    assert details["ErrorInfo"]["reason"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"message":"a","message":"b","customer_id":"c"}',
        b'{"message":NaN}',
        b'{"a":1e400}',
        b"[" * 100_000,
        b"\xff",
    ],
)
async def test_what_is_no_object_is_a_400(edge: httpx2.AsyncClient, body: bytes) -> None:
    answer = await edge.post(TEST, content=body)

    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": "Bearer csk_nobody"}, 401, 16),
        ({"authorization": "Basic x"}, 401, 16),
        (OTHER, 403, 7),
        ({"authorization": "Bearer csk_demo_CALLER_VIEWER"}, 403, 7),
        ({"content-type": "text/xml"}, 415, 3),
    ],
)
async def test_refusals_have_one_shape(
    edge: httpx2.AsyncClient, headers: dict[str, str], status: int, code: int
) -> None:
    answer = await edge.post(TEST, json=BODY | {"tenant_id": "demo"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_repeated_request_is_one_message(edge: httpx2.AsyncClient, record: Record) -> None:
    record.turn = an_answered_turn()
    body = BODY | {"request_id": "0190a000-0000-7000-8000-000000000009"}

    first, second = [(await edge.post(TEST, json=body)).json() for _ in range(2)]

    assert first["message_id"] == second["message_id"]
    assert len(record.items) == 1


async def test_a_body_that_is_too_large_is_a_413(edge: httpx2.AsyncClient) -> None:
    assert (await edge.post(TEST, json=BODY | {"message": "x" * 300_000})).status_code == 413


@pytest.mark.parametrize("path", ["/health", "/health/"])
async def test_health_says_what_is_missing(edge: httpx2.AsyncClient, path: str) -> None:
    answer = await edge.get(path)

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["services"]["tickets"] == {"status": "ok"}
    assert answer.json()["services"]["responder"] == {"status": "down"}


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/page.js", "/docs/page.css"])
async def test_pages_load_nothing_from_elsewhere(edge: httpx2.AsyncClient, path: str) -> None:
    answer = await edge.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text
    assert "https://" not in answer.text


async def test_the_openapi_document_is_served(edge: httpx2.AsyncClient) -> None:
    assert (await edge.get("/openapi.json")).json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/nothing", "/docs/../etc", "/docs/x", "/api/v1/webhooks/x"])
async def test_an_unknown_page_is_a_404_in_the_same_shape(
    edge: httpx2.AsyncClient, path: str
) -> None:
    answer = await edge.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, 5)


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("POST", "/api/v1/webhooks/whatsapp", 401, "BAD_SIGNATURE"),
        ("POST", "/api/v1/webhooks/telegram", 401, "BAD_SIGNATURE"),
        ("GET", "/api/v1/webhooks/whatsapp", 403, "NOT_ALLOWED"),
        ("POST", "/api/v1/webhooks/pigeon", 404, "NOT_FOUND"),
        ("PUT", "/api/v1/webhooks/telegram", 405, "NOT_ALLOWED"),
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", TEST, 405, "NOT_ALLOWED"),
    ],
)
async def test_every_refusal_names_a_reason_of_the_contract(
    edge: httpx2.AsyncClient, method: str, path: str, status: int, reason: str
) -> None:
    answer = await edge.request(method, path, content=b"{}" if method != "GET" else None)

    (info,) = answer.json()["details"]
    assert (answer.status_code, info["reason"], info["domain"]) == (
        *(status, reason),
        "cassava-support",
    )
    assert f"ERROR_REASON_{reason}" in dict(error_reason_pb2.ErrorReason.items())


async def test_a_wrong_method_is_a_405(edge: httpx2.AsyncClient) -> None:
    assert (await edge.get(TEST)).status_code == 405
    assert (await edge.put("/api/v1/webhooks/telegram")).status_code == 405
