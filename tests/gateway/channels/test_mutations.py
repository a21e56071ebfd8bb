"""Whatever a signed body holds: no exception, and nothing that the inbox would refuse."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import protovalidate
from cassava.tickets.v1 import inbox_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway import wire
from services.gateway.channels.channel import Account, Receipt
from services.gateway.channels.custom import Custom
from services.gateway.channels.telegram_update import arrivals_of
from services.gateway.channels.whatsapp import WhatsApp
from tests.gateway.bodies import (
    change,
    message,
    one_message,
    status,
    telegram_message,
    update,
    whatsapp,
)

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures"
ACCOUNT = Account("demo", "0190a000-0000-7000-8000-000000000001", "whatsapp", external_id="100")
CHANNEL, OWN = WhatsApp(httpx2.AsyncClient()), Custom(httpx2.AsyncClient())

WHATSAPP: list[Any] = [
    one_message(),
    one_message(type="image", image={"id": "9", "caption": "Look"}),
    one_message(type="location", location={"latitude": 1.5, "longitude": 2}),
    one_message(type="contacts", contacts=[{"name": {"formatted_name": "Jo"}, "phones": []}]),
    one_message(type="order", order={"product_items": [{"quantity": 1}]}),
    one_message(type="edit", edit={"original_message_id": "w", "message": message()}),
    one_message(context={"id": "w", "referred_product": {}}, referral={"source_id": "1"}),
    whatsapp(change(statuses=[status(errors=[{"code": 131047}])])),
    whatsapp(change(field="user_preferences", user_preferences=[{"wa_id": "1", "value": "stop"}])),
    whatsapp(change(field="account_update", event="DISABLED_UPDATE")),
]
CUSTOM: list[Any] = [
    {
        "type": "message.received",
        "timestamp": "2026-11-28T01:00:00Z",
        "data": {
            "customer_id": "42",
            "customer_name": "Amina",
            "text": "Habari",
            "attachments": [{"url": "https://shop.example/a.png", "mime_type": "image/png"}],
        },
    }
]
TELEGRAM: list[Any] = [
    update(message=telegram_message(text="/start x", reply_to_message={"message_id": 1})),
    update(message=telegram_message(photo=[{"file_id": "a", "file_size": 1}], caption="x")),
    update(message=telegram_message(venue={"title": "x", "location": {"latitude": 1}})),
    update(message=telegram_message(web_app_data={"data": '{"a":[1]}', "button_text": "b"})),
    update(edited_message=telegram_message(text="x", edit_date=1)),
    update(
        callback_query={"id": "q", "from": {"id": 7}, "message": telegram_message(), "data": ""}
    ),
    update(deleted_business_messages={"chat": {"id": 7}, "message_ids": [1, 2]}),
    update(my_chat_member={"chat": {"id": 7}, "new_chat_member": {"status": "kicked"}}),
    update(message_reaction={"chat": {"id": 7}, "message_id": 1, "new_reaction": []}),
]
for folder, bodies in (("whatsapp", WHATSAPP), ("telegram", TELEGRAM)):
    bodies += [json.loads(file.read_bytes()) for file in sorted((FIXTURES / folder).glob("*.json"))]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.just("\x00"),
    st.just("x" * 70_000),
    st.just("\ud83d"),
    st.just({}),
    st.just([]),
    st.just([None, 1, "x", {}]),
    st.just(10**400),
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key of it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


def mutated(draw: st.DataObject, bodies: list[Any]) -> bytes:
    body = copy.deepcopy(draw.draw(st.sampled_from(bodies)))
    for _ in range(draw.draw(st.integers(1, 3))):
        found = list(places(body))
        if not found:
            break
        container, key = found[draw.draw(st.integers(0, len(found) - 1))]
        if draw.draw(st.booleans()):
            container[key] = copy.deepcopy(draw.draw(JUNK))
        else:
            del container[key]
    return json.dumps(body).encode()


def check(arrivals: list[Any]) -> None:
    assert arrivals
    for arrival in arrivals:
        if isinstance(arrival, Receipt):
            receipt = wire.receipt_to_proto(ACCOUNT, arrival)
            request: Any = inbox_pb2.RecordReceiptsRequest(receipts=[receipt] if receipt else [])
        else:
            item = wire.item_to_proto(ACCOUNT, arrival)
            request = inbox_pb2.AcceptRequest(items=[item])
        protovalidate.validate(type(request).FromString(request.SerializeToString()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_whatsapp_body_raises(data: st.DataObject) -> None:
    check(CHANNEL.parse({}, mutated(data, WHATSAPP)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_custom_body_raises(data: st.DataObject) -> None:
    check(OWN.parse({"webhook-id": "m1"}, mutated(data, CUSTOM)))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_telegram_update_raises(data: st.DataObject) -> None:
    check(arrivals_of(mutated(data, TELEGRAM)))
