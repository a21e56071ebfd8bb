"""Messages and enums as JSON Schema, by protobuf's JSON mapping."""

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

Json = dict[str, Any]
Option = Callable[[Any, str, str], Any]

_INT64 = {"type": "string", "format": "int64"}
_DOUBLE = {"type": "number", "format": "double"}
_FLOAT = {"type": "number", "format": "float"}
_INT32 = {"type": "integer", "format": "int32"}
_BYTES = {"type": "string", "contentEncoding": "base64"}
_SCALARS: dict[int, Json] = {
    FieldDescriptor.TYPE_DOUBLE: _DOUBLE,
    FieldDescriptor.TYPE_FLOAT: _FLOAT,
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: _BYTES,
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "format": "uint32"},
    FieldDescriptor.TYPE_FIXED32: {"type": "integer", "format": "uint32"},
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: {"type": "string", "format": "uint64"},
    FieldDescriptor.TYPE_FIXED64: {"type": "string", "format": "uint64"},
}
_WELL_KNOWN: dict[str, Json] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": True},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array", "items": {}},
    "google.protobuf.Empty": {"type": "object", "additionalProperties": False},
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "additionalProperties": True,
    },
    "google.protobuf.DoubleValue": {**_DOUBLE, "type": ["number", "null"]},
    "google.protobuf.FloatValue": {**_FLOAT, "type": ["number", "null"]},
    "google.protobuf.Int32Value": {**_INT32, "type": ["integer", "null"]},
    "google.protobuf.UInt32Value": {"type": ["integer", "null"], "format": "uint32"},
    "google.protobuf.Int64Value": {**_INT64, "type": ["string", "null"]},
    "google.protobuf.UInt64Value": {"type": ["string", "null"], "format": "uint64"},
    "google.protobuf.BoolValue": {"type": ["boolean", "null"]},
    "google.protobuf.StringValue": {"type": ["string", "null"]},
    "google.protobuf.BytesValue": {**_BYTES, "type": ["string", "null"]},
}
# buf.validate's words for what JSON Schema can say too.
_STRING_RULES = {"pattern": "pattern", "min_len": "minLength", "max_len": "maxLength"}
_NUMBER_RULES = {
    "gte": "minimum",
    "lte": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
_LIST_RULES = {"min_items": "minItems", "max_items": "maxItems"}


class Comments:
    """What the protos say of each element, on one line."""

    def __init__(self, files: descriptor_pb2.FileDescriptorSet) -> None:
        self._said: dict[str, str] = {}
        for file in files.file:
            names = dict(_names(file))
            for location in file.source_code_info.location:
                text = location.leading_comments or location.trailing_comments
                if text and (name := names.get(tuple(location.path))):
                    self._said[name] = " ".join(text.split())

    def of(self, described: Any) -> str:
        return self._said.get(described.full_name, "")


def _names(
    file: descriptor_pb2.FileDescriptorProto,
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Paths as `source_code_info` writes them: 4 messages, 5 enums, 6 services of a file."""
    for place, message in enumerate(file.message_type):
        yield from _names_in(message, (4, place), f"{file.package}.{message.name}")
    for place, enum in enumerate(file.enum_type):
        yield (5, place), f"{file.package}.{enum.name}"
    for place, service in enumerate(file.service):
        name = f"{file.package}.{service.name}"
        yield (6, place), name
        for number, method in enumerate(service.method):
            yield (6, place, 2, number), f"{name}.{method.name}"


def _names_in(
    message: descriptor_pb2.DescriptorProto, path: tuple[int, ...], name: str
) -> Iterator[tuple[tuple[int, ...], str]]:
    """2 fields, 3 messages, 4 enums of a message."""
    yield path, name
    for place, field in enumerate(message.field):
        yield (*path, 2, place), f"{name}.{field.name}"
    for place, inner in enumerate(message.nested_type):
        yield from _names_in(inner, (*path, 3, place), f"{name}.{inner.name}")
    for place, enum in enumerate(message.enum_type):
        yield (*path, 4, place), f"{name}.{enum.name}"


class Schemas:
    """Collects every message and enum that something refers to."""

    def __init__(self, comments: Comments, option: Option) -> None:
        self._comments = comments
        self._option = option
        self._found: dict[str, Json] = {}
        self._owners: dict[str, str] = {}

    def found(self) -> dict[str, Json]:
        return self._found

    def message(self, message: Descriptor) -> Json:
        """A reference, or the schema itself where protobuf's JSON has its own."""
        if message.full_name in _WELL_KNOWN:
            return dict(_WELL_KNOWN[message.full_name])
        name = self._name(message)
        if name not in self._found:
            self._found[name] = schema = {"type": "object", "properties": {}}
            schema["properties"] = {field.name: self.field(field) for field in message.fields}
            self._describe(schema, message)
        return _reference(name)

    def field(self, field: FieldDescriptor) -> Json:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            values = self._single(field.message_type.fields_by_name["value"])
            schema: Json = {"type": "object", "additionalProperties": values}
        elif field.is_repeated:
            schema = {"type": "array", "items": self._single(field)}
        else:
            schema = self._single(field)
        self._constrain(schema, field)
        return self._describe(schema, field)

    def _single(self, field: FieldDescriptor) -> Json:
        if field.message_type is not None:
            return self.message(field.message_type)
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        return dict(_SCALARS[field.type])

    def _enum(self, enum: EnumDescriptor) -> Json:
        name = self._name(enum)
        if name not in self._found:
            schema: Json = {"type": "string", "enum": [value.name for value in enum.values]}
            self._found[name] = self._describe(schema, enum)
        return _reference(name)

    def _name(self, described: Descriptor | EnumDescriptor) -> str:
        """`Ticket`, `Tenant.State`: without the package; two of one name would be one schema."""
        full: str = described.full_name
        name = full.removeprefix(f"{described.file.package}.")
        if self._owners.setdefault(name, full) != full:
            raise ValueError(f"{full} and {self._owners[name]} have one name")
        return name

    def _describe(self, schema: Json, described: Any) -> Json:
        if said := self._comments.of(described):
            schema["description"] = said
        return schema

    def _constrain(self, schema: Json, field: FieldDescriptor) -> None:
        rules = self._option(field, "FieldOptions", "buf.validate.field")
        kind = rules.WhichOneof("type")
        if kind is None:
            return
        said = getattr(rules, kind)
        if kind == "string":
            _copy(said, _STRING_RULES, schema)
            if said.uuid:
                schema["format"] = "uuid"
        elif kind == "repeated":
            _copy(said, _LIST_RULES, schema)
        elif kind in ("int32", "float", "double", "uint32"):
            _copy(said, _NUMBER_RULES, schema)


def _copy(rules: Any, words: dict[str, str], schema: Json) -> None:
    for rule, word in words.items():
        if rules.HasField(rule):
            schema[word] = getattr(rules, rule)


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
