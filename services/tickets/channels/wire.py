"""Channel accounts to the contract and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import channel_pb2 as pb
from cassava.type.v1 import channel_pb2 as type_pb

from mesh.errors import InvalidInput
from mesh.ids import uuid7
from mesh.times import to_timestamp
from services.tickets.channels.channel_account import SECRETS, ChannelAccount
from services.tickets.names import name_of, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

CHANGEABLE = frozenset(
    {"name", "external_id", "business_account_id", "secrets", "sandbox", "state", "reply_url"}
)


def kind_from_proto(kind: type_pb.ChannelKind.ValueType) -> str:
    name = name_of(type_pb.ChannelKind, kind)
    if name not in SECRETS:
        raise InvalidInput("name the kind of channel", field="channel.kind")
    return name


def account_from_proto(
    tenant_id: str, said: pb.Channel, *, known: ChannelAccount | None = None
) -> ChannelAccount:
    """Identity, kind and version are kept from the account as it is known."""
    return ChannelAccount(
        tenant_id=tenant_id,
        id=known.id if known else channel_id_from_proto(said.id) if said.id else uuid7(),
        kind=known.kind if known else kind_from_proto(said.kind),
        external_id=said.external_id,
        business_account_id=said.business_account_id,
        name=said.name,
        sandbox=said.sandbox,
        state=name_of(pb.Channel.State, said.state) or "active",
        reply_url=said.reply_url,
        version=known.version if known else 1,
        created_at=known.created_at if known else None,
    )


def channel_id_from_proto(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("a channel's id is a UUID", field="channel.id") from None


def secrets_from_proto(said: Iterable[pb.Secret]) -> dict[str, list[str]]:
    """By kind, in the order given."""
    found: dict[str, list[str]] = {}
    for secret in said:
        found.setdefault(name_of(pb.SecretKind, secret.kind), []).append(secret.value)
    return found


def channel_to_proto(account: ChannelAccount) -> pb.Channel:
    """Without secrets: they go in and never come out."""
    return pb.Channel(
        id=str(account.id),
        tenant_id=account.tenant_id,
        kind=number_of(type_pb.ChannelKind, account.kind),
        name=account.name,
        external_id=account.external_id,
        business_account_id=account.business_account_id,
        sandbox=account.sandbox,
        state=number_of(pb.Channel.State, account.state),
        reply_url=account.reply_url,
        create_time=to_timestamp(account.created_at),
        etag=str(account.version),
        alert=account.alert,
        alert_time=to_timestamp(account.alert_at),
    )


def account_to_proto(
    account: ChannelAccount, secrets: Iterable[tuple[str, str]], *, is_tenant_active: bool
) -> pb.Account:
    """With its secrets: for the mesh only."""
    return pb.Account(
        tenant_id=account.tenant_id,
        id=str(account.id),
        kind=number_of(type_pb.ChannelKind, account.kind),
        external_id=account.external_id,
        business_account_id=account.business_account_id,
        secrets=[secret_to_proto(kind, value) for kind, value in secrets],
        sandbox=account.sandbox,
        state=number_of(pb.Channel.State, account.state),
        reply_url=account.reply_url,
        name=account.name,
        tenant_active=is_tenant_active,
    )


def secret_to_proto(kind: str, value: str) -> pb.Secret:
    return pb.Secret(kind=number_of(pb.SecretKind, kind), value=value)
