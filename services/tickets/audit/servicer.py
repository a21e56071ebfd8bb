"""AuditService: what was done, and what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.tickets.v1 import audit_pb2 as pb
from cassava.tickets.v1 import audit_pb2_grpc as rpc

from mesh import pages
from mesh.access import Caller, Role
from mesh.times import to_timestamp
from mesh.transactions import read
from services.tickets.audit.store import AuditStore

if TYPE_CHECKING:
    from asyncpg import Record

    from mesh.interceptors import Context
    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool

DENIED = "access.denied"


class AuditServicer(rpc.AuditServiceServicer):
    def __init__(self, pool: Pool, pages: Pages) -> None:
        self._pool = pool
        self._pages = pages

    @read
    async def ListAuditLog(
        self, request: pb.ListAuditLogRequest, connection: Connection
    ) -> pb.ListAuditLogResponse:
        size = pages.size(request.page_size)
        (before,) = self._pages.unsign(request) or (None,)
        found = await AuditStore(connection).page(
            None if before is None else int(before), request.action, size + 1
        )
        response = pb.ListAuditLogResponse(entries=[_entry(row) for row in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.sign(request, found[size - 1]["number"])
        return response

    async def RecordDenial(
        self, request: pb.RecordDenialRequest, context: Context
    ) -> pb.RecordDenialResponse:
        caller = Caller(request.tenant_id, Role.VIEWER, request.name, request.key_id)
        await record_denial(self._pool, caller, request.method, request.named)
        return pb.RecordDenialResponse()


async def record_denial(pool: Pool, caller: Caller, method: str, named: str) -> None:
    """In the log of the caller's own tenant: the other one, if there is one, learns nothing."""
    if caller.tenant_id is None:
        return
    async with pool.transaction(caller.tenant_id) as connection:
        await AuditStore(connection).append(caller.tenant_id, caller, DENIED, method, named)


def _entry(row: Record) -> pb.AuditEntry:
    return pb.AuditEntry(
        tenant_id=row["tenant_id"],
        number=row["number"],
        time=to_timestamp(row["at"]),
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
        chain=row["chain"],
    )
