"""Keys to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import access_pb2 as pb
from cassava.type.v1 import access_pb2 as type_pb

from mesh.times import to_timestamp
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from services.tickets.access.key import Key


def role_from_proto(role: type_pb.Caller.ValueType) -> str:
    return name_of(type_pb.Caller, role)


def role_to_proto(role: str) -> type_pb.Caller.ValueType:
    number: type_pb.Caller.ValueType = number_of(type_pb.Caller, role)
    return number


def key_to_proto(key: Key) -> pb.Key:
    return pb.Key(
        id=key.id,
        tenant_id=key.tenant_id,
        role=role_to_proto(key.role),
        name=key.name,
        create_time=to_timestamp(key.created_at),
        expire_time=to_timestamp(key.expires_at),
        revoke_time=to_timestamp(key.revoked_at),
    )


def verified_to_proto(key: Key) -> pb.VerifyKeyResponse:
    return pb.VerifyKeyResponse(
        tenant_id=key.tenant_id,
        role=role_to_proto(key.role),
        key_id=key.id,
        name=key.name,
        expire_time=to_timestamp(key.expires_at),
    )
