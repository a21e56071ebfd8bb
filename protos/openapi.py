"""The descriptor set as an OpenAPI 3.1 document: every HTTP route of every public method."""

import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import (
    Descriptor,
    FieldDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.message import Message
from openapi_gateway import GATEWAY_PATHS, GATEWAY_TAGS, STATUS_SCHEMA
from openapi_schema import Comments, Json, Schemas

_PARAMETER = re.compile(r"{([a-z_]+)}")
_JSON = "application/json"
_FAILED = {
    "description": "What went wrong, with one ErrorInfo and, for bad input, each field.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}},
}


class Contract:
    """The descriptors with their options and comments, read from the image alone."""

    def __init__(self, image: bytes) -> None:
        files = descriptor_pb2.FileDescriptorSet.FromString(image)
        self._pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self._pool.Add(file)
        self.comments = Comments(files)
        self._files = [file.name for file in files.file if file.name.startswith("cassava/")]

    def services(self) -> list[ServiceDescriptor]:
        found = [self._pool.FindFileByName(name).services_by_name for name in self._files]
        return [service for services in found for service in services.values()]

    def option(self, described: Any, name: str, extension: str) -> Any:
        """An extension's value, or its default; `name` is the kind of options it extends."""
        # The generated classes may not be importable while they are being made.
        options = self._pool.FindMessageTypeByName(f"google.protobuf.{name}")
        raw = described.GetOptions().SerializeToString()
        read: Message = message_factory.GetMessageClass(options).FromString(raw)
        return read.Extensions[self._pool.FindExtensionByName(extension)]  # type: ignore[index]


def openapi(image: bytes) -> str:
    """Deterministic: the same image makes the same bytes."""
    contract = Contract(image)
    schemas = Schemas(contract.comments, contract.option)
    paths: dict[str, Json] = {}
    tags: list[Json] = []
    for service in contract.services():
        routes = list(_routes(contract, service))
        for method, verb, path, body in routes:
            operation = _operation(contract, schemas, method, path, body)
            if path in paths and method.name in str(paths[path]):  # one method, a second verb
                operation["operationId"] += verb.title()
            paths.setdefault(path, {})[verb] = operation
        if routes:
            tags.append({"name": service.name, "description": contract.comments.of(service)})
    return _dump(paths | GATEWAY_PATHS, [*tags, *GATEWAY_TAGS], schemas)


def _dump(paths: dict[str, Json], tags: list[Json], schemas: Schemas) -> str:
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Cassava Support Orchestrator",
            "version": "v1",
            "description": "Names are snake_case, times RFC 3339 UTC, 64-bit integers strings. "
            "Paths work with and without the trailing slash. "
            "A body's field that is not in here is left out, an unknown query parameter is 400. "
            "`request_id` makes a write safe to repeat; where the body is the resource itself, "
            "it goes into the query.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": sorted(tags, key=lambda tag: str(tag["name"])),
        "paths": paths,
        "components": {
            "schemas": schemas.found() | {"Status": STATUS_SCHEMA},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key, `csk_<id>_<secret>`.",
                }
            },
        },
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _routes(
    contract: Contract, service: ServiceDescriptor
) -> Iterator[tuple[MethodDescriptor, str, str, str]]:
    """Method, verb, path and body of each HTTP binding; methods of the mesh have no public one."""
    for method in service.methods:
        least = contract.option(method, "MethodOptions", "cassava.type.v1.least_caller")
        if _caller_name(method, least) in ("mesh", "unspecified"):
            continue
        rule = contract.option(method, "MethodOptions", "google.api.http")
        for binding in (rule, *rule.additional_bindings):
            if verb := binding.WhichOneof("pattern"):
                yield method, verb, getattr(binding, verb), binding.body


def _caller_name(method: MethodDescriptor, least: int) -> str:
    callers = method.containing_service.file.pool.FindEnumTypeByName("cassava.type.v1.Caller")
    name: str = callers.values_by_number[least].name
    return name.removeprefix("CALLER_").lower()


def _operation(
    contract: Contract, schemas: Schemas, method: MethodDescriptor, path: str, body: str
) -> Json:
    said = contract.comments.of(method)
    least = contract.option(method, "MethodOptions", "cassava.type.v1.least_caller")
    is_file = _kind(contract, method) != _JSON
    answer = {"schema": {"type": "string"} if is_file else schemas.message(method.output_type)}
    operation: Json = {
        "operationId": method.name,
        "tags": [method.containing_service.name],
        "summary": said.partition(". ")[0].rstrip("."),
        "description": said,
        "x-least-caller": _caller_name(method, least),
        "parameters": _parameters(schemas, method.input_type, path, body),
        "responses": {
            "200": {"description": "Done.", "content": {_kind(contract, method): answer}},
            "default": _FAILED,
        },
    }
    if body:
        schema = _body(schemas, method.input_type, path, body)
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _kind(contract: Contract, method: MethodDescriptor) -> str:
    """A method that answers with one field of its response answers with a file: our only kind."""
    rule = contract.option(method, "MethodOptions", "google.api.http")
    return "text/csv" if rule.response_body else _JSON


def _parameters(schemas: Schemas, request: Descriptor, path: str, body: str) -> list[Json]:
    named = _PARAMETER.findall(path)
    parameters: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": schemas.field(request.fields_by_name[name]),
        }
        for name in named
    ]
    if body == "*":
        return parameters
    for field in request.fields:
        if field.name not in (*named, body):
            parameters += _query(schemas, field, field.name)
    return parameters


def _query(schemas: Schemas, field: FieldDescriptor, name: str) -> list[Json]:
    """A parameter a field; the fields of a message one by one, dotted."""
    inner = field.message_type
    if inner is not None and not field.is_repeated and not inner.full_name.startswith("google."):
        return [
            parameter
            for each in inner.fields
            for parameter in _query(schemas, each, f"{name}.{each.name}")
        ]
    return [{"name": name, "in": "query", "schema": schemas.field(field)}]


def _body(schemas: Schemas, request: Descriptor, path: str, body: str) -> Json:
    if body != "*":
        return schemas.field(request.fields_by_name[body])
    named = _PARAMETER.findall(path)
    fields = [field for field in request.fields if field.name not in named]
    return {
        "type": "object",
        "properties": {field.name: schemas.field(field) for field in fields},
    }
