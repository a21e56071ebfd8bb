"""The OpenAPI document says every route of the contract, and nothing that is not there."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cassava.type.v1 import access_pb2
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROTOS = Path(__file__).parents[2] / "protos"
IMAGE = (PROTOS / "gen/cassava.binpb").read_bytes()
VERBS = ("get", "post", "patch", "put", "delete")


@pytest.fixture(scope="module")
def openapi() -> Iterator[Callable[[bytes], str]]:
    sys.path.insert(0, str(PROTOS))  # a program's folder, not a package
    yield importlib.import_module("openapi").openapi
    sys.path.remove(str(PROTOS))


@pytest.fixture(scope="module")
def document(openapi: Callable[[bytes], str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(openapi(IMAGE))
    return read


def routes() -> Iterator[tuple[str, str, str, int]]:
    for file in descriptor_pb2.FileDescriptorSet.FromString(IMAGE).file:
        for service in file.service:
            for method in service.method:
                rule = method.options.Extensions[annotations_pb2.http]
                if verb := rule.WhichOneof("pattern"):
                    least = method.options.Extensions[access_pb2.least_caller]
                    yield method.name, verb, getattr(rule, verb), least


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield path, verb, item[verb]


def test_every_route_of_the_contract_is_in_the_document(document: dict[str, Any]) -> None:
    public = [route for route in routes() if route[3] != access_pb2.CALLER_MESH]

    assert len(public) > 20
    for name, verb, path, _ in public:
        assert document["paths"][path][verb]["operationId"] == name


def test_what_only_the_mesh_may_call_is_left_out(document: dict[str, Any]) -> None:
    named = {operation["operationId"] for _, _, operation in operations(document)}

    assert not named & {"ClaimTurns", "VerifyKey", "ListStreams", "BeginDelivery"}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    said = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))

    assert said == set(document["components"]["schemas"])


def test_every_schema_is_a_json_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_path_parameters_are_those_of_the_path(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        declared = [each for each in operation.get("parameters", []) if each["in"] == "path"]

        assert {each["name"] for each in declared} == set(re.findall(r"{(\w+)}", path))
        assert all(each["required"] for each in declared)


def test_operations_have_one_name_each_a_summary_and_an_error(document: dict[str, Any]) -> None:
    found = [operation for _, _, operation in operations(document)]

    assert len({operation["operationId"] for operation in found}) == len(found)
    assert all(operation["summary"] for operation in found)
    for operation in found:
        failed = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert failed == {"$ref": "#/components/schemas/Status"}


def test_values_are_mapped_as_protobufs_json_is(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    dashboard, durations = schemas["GetDashboardResponse"]["properties"], schemas["Durations"]

    assert (dashboard["from"]["type"], dashboard["from"]["format"]) == ("string", "date-time")
    assert durations["properties"]["p50"]["type"] == ["number", "null"]
    assert dashboard["daily"]["items"] == {"$ref": "#/components/schemas/DayFigures"}
    assert schemas["GetDashboardResponse"]["properties"]["generated_at"]["description"]


def test_queries_carry_what_neither_path_nor_body_does(document: dict[str, Any]) -> None:
    update = document["paths"]["/api/v1/tenants/{tenant_id}"]["patch"]
    days = document["paths"]["/api/v1/analytics/dashboard"]["get"]["parameters"][1]

    names = {(each["name"], each["in"]) for each in update["parameters"]}
    assert names == {("tenant_id", "path"), ("update_mask", "query"), ("request_id", "query")}
    body = update["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"] == "#/components/schemas/Tenant"
    assert (days["schema"]["minimum"], days["schema"]["maximum"]) == (0, 400)


def test_the_committed_document_is_the_one_this_contract_makes(
    openapi: Callable[[bytes], str],
) -> None:
    once = openapi(IMAGE)

    assert once == openapi(IMAGE)
    assert once == (PROTOS / "gen/openapi.json").read_text(encoding="utf-8")
