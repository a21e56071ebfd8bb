"""Everything held on a customer as JSON Lines, some rows at a time: no transaction is as long as
the file.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2
from cassava.type.v1 import classification_pb2, outcome_pb2
from google.protobuf.json_format import MessageToDict

from services.tickets.customers import wire
from services.tickets.privacy.held import EVERYTHING, FILES, QUEUE, Held
from services.tickets.privacy.store import ErasureStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from asyncpg import Record
    from google.protobuf.message import Message

    from mesh.postgres import Pool
    from services.tickets.customers.customer import Customer

_ROWS = 200
# What one piece of the stream holds, about: a slow reader costs no more memory than this.
_PIECE_BYTES = 256 * 1024
# How we find and order rows; it says nothing about a customer.
_OURS = frozenset(
    {"tenant_id", "peer_hash", "alias_hash", "search", "fence", "owner", "lease_until", "idem_key"}
)
_TEXTS = frozenset({"body"})
# Columns that hold a message of the contract.
_PACKED: Mapping[str, type[Message]] = {
    "extras": conversation_pb2.Message,
    "content": conversation_pb2.Content,
    "classification": classification_pb2.Classification,
    "outcome": outcome_pb2.Outcome,
}


async def pieces(pool: Pool, customer: Customer) -> AsyncIterator[bytes]:
    """Whole lines; the last one counts the others, so that a torn file shows."""
    lines, size, count = list[str](), 0, 0
    async for kind, record in _records(pool, customer):
        line = json.dumps({"type": kind, **record}, ensure_ascii=False, default=_told)
        lines.append(line)
        count, size = count + 1, size + len(line)
        if size >= _PIECE_BYTES:
            yield _joined(lines)
            lines, size = [], 0
    yield _joined([*lines, json.dumps({"type": "end", "records": count})])


async def _records(pool: Pool, customer: Customer) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Parents first, as a reader wants them."""
    profile = wire.customer_to_proto(customer)
    yield "customer", MessageToDict(profile, preserving_proto_field_name=True)
    tenant_id = customer.tenant_id
    async with pool.transaction(tenant_id, readonly=True) as connection:
        store = ErasureStore(connection)
        person = await store.person(customer.id)
        conversations = await store.conversations_of(person)
        aliases = await store.aliases(person)
        names = [row["value"] for row in aliases]
        letters = await store.letters_naming(names)
        letters += await store.nobodys_notes_naming(names, [row["account_id"] for row in aliases])
    for held in reversed(EVERYTHING):
        if held is not QUEUE:
            async for row in _rows(pool, tenant_id, held, (conversations, person)):
                yield held.name, _record(row)
    for row in letters:
        yield "unread", _record(row)


async def _rows(
    pool: Pool, tenant_id: str, held: Held, whose: tuple[list[UUID], list[UUID]]
) -> AsyncIterator[Record]:
    most, skip = 1 if held is FILES else _ROWS, 0
    while True:
        async with pool.transaction(tenant_id, readonly=True) as connection:
            rows = await ErasureStore(connection).some(held, *whose, most, skip)
        for row in rows:
            yield row
        if len(rows) < most:
            return
        skip += most


def _record(row: Record) -> dict[str, Any]:
    return {
        name: _unpacked(name, value)
        for name, value in row.items()
        if name not in _OURS and value is not None
    }


def _unpacked(name: str, value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    if name in _TEXTS:
        return value.decode("utf-8", "replace")
    if packed := _PACKED.get(name):
        return MessageToDict(packed.FromString(value), preserving_proto_field_name=True)
    return value


def _told(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode(errors="replace")
