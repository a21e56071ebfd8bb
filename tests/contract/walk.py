"""The contract as a list: every method with its messages, its right and its HTTP routes."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from buf.validate import validate_pb2
from cassava.type.v1 import access_pb2
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from mesh.access import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf.message import Message

_IMAGE = Path(__file__).parents[2] / "protos/gen/cassava.binpb"
# A request calls a thing by another name than the thing calls itself.
_ALSO_CALLED = {
    "account_id": "channel_id",
    "question_id": "unanswered_question_id",
    "policy_id": "sla_policy_id",
    "assignee_id": "agent_id",
}


@dataclass(frozen=True)
class Route:
    verb: str
    path: str
    body: str


@dataclass(frozen=True)
class Method:
    service: str
    name: str
    request: type[Message]
    response: type[Message]
    least: Role
    is_read: bool
    is_stream: bool
    routes: tuple[Route, ...] = field(default=())

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"

    @property
    def takes_tenant(self) -> bool:
        return "tenant_id" in self.request.DESCRIPTOR.fields_by_name

    def asking(self, things: Mapping[str, str], tenant_id: str = "") -> Any:
        """A request that validation lets pass, about these things."""
        request = filled(self.request(), things)
        if tenant_id:
            request.tenant_id = tenant_id
        return request


def methods() -> list[Method]:
    """Of every service of ours; a new one is in it by itself."""
    image = descriptor_pb2.FileDescriptorSet.FromString(_IMAGE.read_bytes())
    return [
        method
        for file in image.file
        if file.package.startswith("cassava.") and file.service
        for method in _of_file(file.name)
    ]


def _of_file(name: str) -> Iterator[Method]:
    module = importlib.import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
    for service in module.DESCRIPTOR.services_by_name.values():
        for each in service.methods:
            options = each.GetOptions()
            yield Method(
                service=service.full_name,
                name=each.name,
                request=message_factory.GetMessageClass(each.input_type),
                response=message_factory.GetMessageClass(each.output_type),
                least=Role(options.Extensions[access_pb2.least_caller]),
                is_read=options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS,
                is_stream=each.server_streaming,
                routes=tuple(_routes(options.Extensions[annotations_pb2.http])),
            )


def _routes(rule: Any) -> Iterator[Route]:
    for each in (rule, *rule.additional_bindings):
        if verb := each.WhichOneof("pattern"):
            yield Route(verb.upper(), getattr(each, verb), each.body)


def ids_in(message: Any) -> set[str]:
    """The fields of a request, at any depth, that name a thing of a tenant's."""
    names: set[str] = set()
    for at in message.DESCRIPTOR.fields:
        if at.name.endswith("_id") and at.name not in _NO_THINGS:
            names.add(_ALSO_CALLED.get(at.name, at.name))
    return names


# Chosen by the caller, or the provider's.
_NO_THINGS = {"request_id", "tenant_id", "external_id", "business_account_id", "message_id"}


def filled(message: Any, things: Mapping[str, str]) -> Any:
    """Ids from `things`; of the rest, the least that the contract's rules demand."""
    for at in message.DESCRIPTOR.fields:
        rules = at.GetOptions().Extensions[validate_pb2.field]
        name = _ALSO_CALLED.get(at.name, at.name)
        if name in things and at.type == FieldDescriptor.TYPE_STRING and not at.is_repeated:
            setattr(message, at.name, things[name])
        elif at.is_repeated:
            if rules.repeated.min_items:
                _add(message, at, things)
        elif at.message_type:
            if rules.required:
                part = getattr(message, at.name)
                part.SetInParent()
                filled(part, things)
        elif (value := _least(at, rules)) is not None:
            setattr(message, at.name, value)
    return message


def _add(message: Any, at: FieldDescriptor, things: Mapping[str, str]) -> None:
    if at.message_type:
        filled(getattr(message, at.name).add(), things)
    elif at.type == FieldDescriptor.TYPE_STRING:
        getattr(message, at.name).append("x")


def _least(at: FieldDescriptor, rules: validate_pb2.FieldRules) -> Any:
    if at.type == FieldDescriptor.TYPE_STRING and rules.string.min_len:
        return "x" * rules.string.min_len
    if at.type == FieldDescriptor.TYPE_STRING and rules.string.pattern:
        return None if re.search(rules.string.pattern, "") else "x"
    if at.type == FieldDescriptor.TYPE_INT32:
        return rules.int32.gte or None
    if at.type == FieldDescriptor.TYPE_ENUM:
        allowed = getattr(rules.enum, "in") or [1] * (0 in rules.enum.not_in)
        return allowed[0] if allowed else None
    return None


def nouns(message: Any) -> Iterator[tuple[str, str]]:
    """`("ticket_id", …)` for every resource in an answer, at any depth."""
    descriptor = message.DESCRIPTOR
    if "id" in descriptor.fields_by_name and message.id:
        yield f"{_snake(descriptor.name)}_id", message.id
    for at, value in message.ListFields():
        if at.message_type and not at.message_type.GetOptions().map_entry:
            for part in value if at.is_repeated else (value,):
                yield from nouns(part)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
