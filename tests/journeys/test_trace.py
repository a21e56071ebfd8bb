"""One trace from a webhook to its reply: over HTTP, gRPC with TLS, PostgreSQL and Valkey."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.certificates import MeshCertificates
from tests.conftest import cassava
from tests.journeys import scene as scenes
from tests.journeys.scene import eventually, whatsapp
from tests.mesh.collector import Collector, collecting
from tests.providers.mistral import fake_mistral
from tests.providers.wire import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = "tst-0123456789abcdef"
EVERYBODY = (
    *("tickets", "classifier", "responder", "analytics"),
    *("gateway-edge", "gateway-worker", "envoy"),
)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
FROM_THE_EDGE = f"00-{TRACE}-00f067aa0ba902b7-01"
WEBHOOK = "gateway-edge: POST /api/v1/webhooks/whatsapp"
# Parent and child, hop by hop, in the order of a message's life.
EDGES = [
    ("edge: POST", WEBHOOK),
    (WEBHOOK, "tickets: send turn"),
    # The row in PostgreSQL: another process takes the turn up, seconds later.
    ("tickets: send turn", "gateway-worker: process turn"),
    ("gateway-worker: process turn", "gateway-worker: {classifier}/Classify"),
    ("gateway-worker: {classifier}/Classify", "classifier: {classifier}/Classify"),
    ("gateway-worker: process turn", "gateway-worker: {responder}/Reply"),
    ("gateway-worker: {responder}/Reply", "responder: {responder}/Reply"),
    ("responder: {responder}/Reply", "responder: chat well"),
    ("gateway-worker: process turn", "gateway-worker: {turns}/CompleteTurn"),
    ("gateway-worker: {turns}/CompleteTurn", "tickets: {turns}/CompleteTurn"),
    ("tickets: {turns}/CompleteTurn", "tickets: transaction"),
    # The delivery's row, written in that transaction.
    ("tickets: transaction", "gateway-worker: process delivery"),
    ("gateway-worker: process delivery", "gateway-worker: send whatsapp"),
    ("gateway-worker: process delivery", "gateway-worker: {deliveries}/FinishDelivery"),
    ("gateway-worker: {deliveries}/FinishDelivery", "tickets: {deliveries}/FinishDelivery"),
    ("tickets: {deliveries}/FinishDelivery", "tickets: transaction"),
    # The event's row, numbered after its commit, then the stream in Valkey.
    ("tickets: transaction", "tickets: send live"),
    ("tickets: send live", "gateway-edge: process live"),
    ("gateway-edge: process live", "gateway-edge: {events}/ListEvents"),
    ("gateway-edge: {events}/ListEvents", "tickets: {events}/ListEvents"),
]
SERVICES = {
    "classifier": "cassava.classifier.v1.ClassifierService",
    "responder": "cassava.responder.v1.ResponderService",
    "turns": "cassava.tickets.v1.TurnService",
    "deliveries": "cassava.tickets.v1.DeliveryService",
    "events": "cassava.tickets.v1.EventService",
}


@pytest.fixture(scope="module")
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as opened:
        yield opened


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> MeshCertificates:
    return MeshCertificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
async def traced_mesh(
    collector: Collector,
    certificates: MeshCertificates,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[dict[str, Any]]:
    """A mesh of its own, told by `.env` where its spans go, who answers, and to encrypt it all."""
    data = tmp_path_factory.mktemp("traced")
    shown = certificates.given(*EVERYBODY)
    encrypted = "".join(f"CASSAVA_{name.upper()}={file}\n" for name, file in shown.items())
    async with served(fake_mistral()) as mistral:
        (data / ".env").write_text(
            f"OTEL_EXPORTER_OTLP_ENDPOINT={collector.address}\nOTEL_BSP_SCHEDULE_DELAY=200\n"
            f"MISTRAL_SERVER_URL={mistral.url}\nMISTRAL_API_KEY={KEY}\nMISTRAL_MODEL=well\n{encrypted}"
        )
        up = ["up", "--detach", "--json", "--port", "0", "--data", str(data)]
        state = json.loads(await asyncio.to_thread(cassava, *up, cwd=data))
        yield state | {"data": str(data)}
        await asyncio.to_thread(cassava, "down", "--data", str(data), cwd=data)


async def test_one_trace_leads_from_the_webhook_to_the_delivered_reply(
    traced_mesh: dict[str, Any], collector: Collector
) -> None:
    expected = {(a.format(**SERVICES), b.format(**SERVICES)) for a, b in EDGES}
    phone, hook = whatsapp("How long does it take until a refund is on my card?")
    hook = replace(hook, headers={**hook.headers, "traceparent": FROM_THE_EDGE})

    async with scenes.at(traced_mesh) as scene, scene.events() as live:
        await scene.post(hook)
        conversation = await scene.conversation_of(phone)
        await scene.sent(conversation["id"], "AUTHOR_BOT")
        seen = await _until(collector, expected)

    assert seen >= expected
    (edge,) = [span for span in collector.of_trace(TRACE) if span.service == "edge"]
    assert (edge.kind, edge.parent_id) == ("server", "00f067aa0ba902b7")
    (webhook,) = [
        span
        for span in collector.of_trace(TRACE)
        if span.service == "gateway-edge" and span.kind == "server"
    ]
    assert webhook.attributes["http.response.status_code"] == 200
    assert not [span for span in collector.of_trace(TRACE) if span.is_error]
    of_ours = [each for each in live if each.get("conversation_id") == conversation["id"]]
    told = {each["type"]: each["trace_id"] for each in of_ours if "trace_id" in each}
    assert {"message.received", "message.sent"} <= set(told)
    assert set(told.values()) == {TRACE}
    batches = [span for span in collector.spans if span.name == "send inbox"]
    assert webhook.span_id in {linked for batch in batches for linked in batch.links}


def test_a_models_call_tells_its_tier_model_and_tokens_and_no_text(collector: Collector) -> None:
    chat = next(span for span in collector.of_trace(TRACE) if span.name == "chat well")

    assert chat.kind == "client"
    assert chat.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "mistral_ai",
        "gen_ai.request.model": "well",
        "gen_ai.response.model": "mistral-small-2603",
        "gen_ai.usage.input_tokens": 700,
        "gen_ai.usage.output_tokens": 60,
        "cassava.tier": "mistral",
    }


def test_the_edge_records_no_query(collector: Collector) -> None:
    asked = [span for span in collector.spans if span.service == "edge" and span.name == "GET"]

    assert {span.attributes["url.path"] for span in asked} >= {"/api/v1/conversations"}
    assert "customer_alias" not in str([span.attributes for span in asked])


async def test_a_renewed_certificate_is_taken_without_a_restart(
    traced_mesh: dict[str, Any], certificates: MeshCertificates
) -> None:
    certificates.given(*EVERYBODY)

    async with scenes.at(traced_mesh) as scene:
        phone, hook = whatsapp("How do I send something back?")
        await scene.post(hook)
        await scene.sent((await scene.conversation_of(phone))["id"], "AUTHOR_BOT")

    tickets = Path(traced_mesh["data"]) / "logs/tickets.log"
    told = [json.loads(line)["event"] for line in tickets.read_text().splitlines()]
    assert told.count("service_listening") == 1
    assert told.count("certificate_renewed") == 1


async def _until(collector: Collector, expected: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges, once all are there; what came of them where some stay away."""

    async def look() -> set[tuple[str, str]]:
        edges = collector.edges(TRACE)
        return edges if edges >= expected else set()

    try:
        return await eventually(look, seconds=20)
    except AssertionError:
        return collector.edges(TRACE)
