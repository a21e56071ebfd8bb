"""The retry list is what the contract marks as safe, and nothing else."""

from __future__ import annotations

import json

from cassava.tickets.v1 import access_pb2, ticket_pb2
from google.protobuf.descriptor_pb2 import MethodOptions

from mesh.retries import known_services, repeatable, service_config


def test_only_methods_marked_safe_are_repeated() -> None:
    services = list(known_services())

    listed = repeatable(services)

    safe = (MethodOptions.NO_SIDE_EFFECTS, MethodOptions.IDEMPOTENT)
    for service in services:
        for method in service.methods:
            is_safe = method.GetOptions().idempotency_level in safe
            assert ((service.full_name, method.name) in listed) == is_safe


def test_a_method_with_an_effect_each_time_is_not_in_the_config() -> None:
    services = [
        *access_pb2.DESCRIPTOR.services_by_name.values(),
        *ticket_pb2.DESCRIPTOR.services_by_name.values(),
    ]

    config = json.loads(service_config(services))

    names = [name["method"] for name in config["methodConfig"][0]["name"]]
    assert "GetTicket" in names
    assert "ResolveTicket" in names
    assert "RedeemLiveToken" not in names
