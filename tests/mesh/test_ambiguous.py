"""A field that JSON names twice reaches us twice."""

from __future__ import annotations

from cassava.tickets.v1 import inbox_pb2, tenant_pb2
from google.protobuf.message import Message

from mesh.ambiguous import field_said_twice


def twice(one: Message, other: Message) -> str:
    said = one.SerializeToString() + other.SerializeToString()
    return field_said_twice(one.DESCRIPTOR, said)


def test_two_values_of_one_field_are_found() -> None:
    one, other = (tenant_pb2.GetTenantRequest(tenant_id=each) for each in ("acme", "beta"))

    assert twice(one, other) == "tenant_id"
    assert twice(one, one) == ""


def test_they_are_found_inside_of_others() -> None:
    inner = [tenant_pb2.Tenant(name=name).SerializeToString() for name in ("one", "two")]
    both = b"".join(inner)
    said = bytes([0x12, len(both)]) + both

    found = field_said_twice(tenant_pb2.CreateTenantRequest.DESCRIPTOR, said)

    assert found == "tenant.name"


def test_what_may_repeat_may_differ() -> None:
    items = [inbox_pb2.InboundItem(key=key) for key in ("one", "two")]
    request = inbox_pb2.AcceptRequest(items=items)

    assert field_said_twice(request.DESCRIPTOR, request.SerializeToString()) == ""


def test_every_kind_of_value_is_passed_over() -> None:
    policy = tenant_pb2.Policy(debounce_milliseconds=300, evidence_threshold=0.5, tone="kind")
    tenant = tenant_pb2.Tenant(id="acme", policy=policy, state=tenant_pb2.Tenant.STATE_ACTIVE)
    request = tenant_pb2.CreateTenantRequest(tenant=tenant)

    assert field_said_twice(request.DESCRIPTOR, request.SerializeToString()) == ""
