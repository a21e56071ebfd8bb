"""Walks the descriptor: what every method promises, none forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from cassava.type.v1 import access_pb2, error_reason_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import MethodOptions

from mesh import errors

ROOT = Path(__file__).parents[2]
IMAGE = descriptor_pb2.FileDescriptorSet.FromString(
    (ROOT / "protos/gen/cassava.binpb").read_bytes()
)
OURS = [file for file in IMAGE.file if file.package.startswith("cassava.")]
MESSAGES = {f".{file.package}.{m.name}": m for file in OURS for m in file.message_type}
METHODS = [
    pytest.param(file, at_service, at_method, id=f"{service.name}.{method.name}")
    for file in OURS
    for at_service, service in enumerate(file.service)
    for at_method, method in enumerate(service.method)
]
# Not of one tenant, or a tenant is what they are about to find out.
WITHOUT_TENANT = {
    *("ListTenants", "FindAccount", "VerifyKey", "RedeemLiveToken", "ClaimTurns"),
    *(
        "ClaimDeliveries",
        "ClaimMedia",
        "ClaimReplays",
        "ClaimErasures",
        "ListStreams",
        "RecordReceipts",
    ),
    *("GetProviderStates", "ClaimEndpointDeliveries"),
}
# Fenced, keyed by what they carry, or used once on purpose.
WITHOUT_REQUEST_ID = {
    *("Accept", "RecordReceipts", "IssueLiveToken", "RedeemLiveToken", "ClaimTurns", "RenewTurn"),
    *("RecordStep", "CompleteTurn", "ReleaseTurn", "ClaimDeliveries", "BeginDelivery"),
    *(
        "FinishDelivery",
        "ClaimReplays",
        "ClaimErasures",
        "FinishReplay",
        "FinishErasure",
        "ClaimMedia",
        "StoreMedia",
        "FailMedia",
    ),
    *("RecordDenial", "RecordAction"),
    *("ClaimEndpointDeliveries", "FinishEndpointDelivery"),
}


def method_of(
    file: descriptor_pb2.FileDescriptorProto, at_service: int, at_method: int
) -> descriptor_pb2.MethodDescriptorProto:
    return file.service[at_service].method[at_method]


@pytest.mark.parametrize(("file", "at_service", "at_method"), METHODS)
def test_a_method_says_what_it_does_to_whom_and_how_often(
    file: descriptor_pb2.FileDescriptorProto, at_service: int, at_method: int
) -> None:
    method = method_of(file, at_service, at_method)
    path = [6, at_service, 2, at_method]
    said = [
        place.leading_comments
        for place in file.source_code_info.location
        if list(place.path) == path
    ]

    assert any(comment.strip() for comment in said)
    assert method.options.HasField("idempotency_level")
    least = method.options.Extensions[access_pb2.least_caller]
    assert least != access_pb2.CALLER_UNSPECIFIED
    assert method.input_type.endswith(f".{method.name}Request")
    assert method.output_type.endswith(f".{method.name}Response")


@pytest.mark.parametrize(("file", "at_service", "at_method"), METHODS)
def test_a_request_names_its_tenant_first_and_a_write_can_be_repeated(
    file: descriptor_pb2.FileDescriptorProto, at_service: int, at_method: int
) -> None:
    method = method_of(file, at_service, at_method)
    numbers = {field.name: field.number for field in MESSAGES[method.input_type].field}

    if method.name not in WITHOUT_TENANT:
        assert numbers.get("tenant_id") == 1
    is_read = method.options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    if not is_read and method.name not in WITHOUT_REQUEST_ID:
        assert "request_id" in numbers


def test_mesh_only_methods_have_no_route() -> None:
    routed = b"\x82\xd3\xe4\x93\x02"  # field 72295728, google.api.http, as it is on the wire

    open_ones = [
        method.name
        for file in OURS
        for service in file.service
        for method in service.method
        if method.options.Extensions[access_pb2.least_caller] == access_pb2.CALLER_MESH
        and routed in method.options.SerializeToString()
    ]

    assert open_ones == []


@pytest.mark.parametrize("kind", errors.KINDS)
def test_every_kind_of_failure_has_its_reason(kind: type[errors.MeshError]) -> None:
    reason = kind("said").reason

    assert error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{reason}")
