"""Signing in to the console, as the edge's own routes answer it."""

import httpx2
import pytest

SESSION = "/api/v1/session"
CONSOLE = {"x-console": "1"}
KEY = "csk_demo_CALLER_AGENT"


async def test_a_known_key_is_set_as_a_cookie_for_requests_alone(edge: httpx2.AsyncClient) -> None:
    answer = await edge.post(SESSION, json={"key": KEY}, headers=CONSOLE)

    cookie = answer.headers["set-cookie"]
    assert answer.json()["signed_in"]
    assert (answer.json()["tenant_id"], answer.json()["role"]) == ("demo", "agent")
    assert cookie.startswith(f"cassava_session={KEY};")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_behind_tls_the_cookie_stays_behind_tls(edge: httpx2.AsyncClient) -> None:
    headers = {**CONSOLE, "x-forwarded-proto": "https"}

    answer = await edge.post(SESSION, json={"key": KEY}, headers=headers)

    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].startswith("__Host-cassava_session=")


@pytest.mark.parametrize("key", ["csk_nobody", "clé"])
async def test_an_unknown_key_gets_no_cookie(edge: httpx2.AsyncClient, key: str) -> None:
    answer = await edge.post(SESSION, json={"key": key}, headers=CONSOLE)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_forged_request_changes_no_session(edge: httpx2.AsyncClient, method: str) -> None:
    answer = await edge.request(method, SESSION, json={"key": KEY})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_signing_out_forgets_the_cookie(edge: httpx2.AsyncClient) -> None:
    answer = await edge.delete(f"{SESSION}/", headers=CONSOLE)

    assert not answer.json()["signed_in"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_nobody_is_an_answer_and_no_failure(edge: httpx2.AsyncClient) -> None:
    unknown = {"authorization": "Bearer csk_nobody"}

    nobody = await edge.get(SESSION, headers=unknown)
    somebody = await edge.get(SESSION, headers={"authorization": f"Bearer {KEY}"})

    assert (nobody.status_code, nobody.json()["signed_in"]) == (200, False)
    assert somebody.json()["role"] == "agent"
    assert somebody.headers["cache-control"] == "no-store"
