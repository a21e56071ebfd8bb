"""What one room of tickets asks of another, in the asker's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import grpc
    from cassava.tickets.v1 import inbox_pb2 as inbox_pb
    from cassava.tickets.v1.channel_pb2 import Account

    from mesh.postgres import Connection


class Accounts(Protocol):
    async def with_secrets(self, connection: Connection, account_id: UUID) -> Account:
        """An account of the transaction's tenant, its secrets opened."""


class Names(Protocol):
    async def __call__(
        self, connection: Connection, conversation_id: UUID, names: Sequence[tuple[str, str]]
    ) -> None:
        """These names, each (kind, value), are too whom this conversation is with."""


class Letters(Protocol):
    """The part of InboxService about what could not be read."""

    async def ListDeadLetters(  # noqa: N802  # an RPC's name
        self,
        request: inbox_pb.ListDeadLettersRequest,
        context: grpc.aio.ServicerContext[
            inbox_pb.ListDeadLettersRequest, inbox_pb.ListDeadLettersResponse
        ],
    ) -> inbox_pb.ListDeadLettersResponse:
        """What could not be read, newest first, without its bytes."""

    async def GetDeadLetter(  # noqa: N802  # an RPC's name
        self,
        request: inbox_pb.GetDeadLetterRequest,
        context: grpc.aio.ServicerContext[
            inbox_pb.GetDeadLetterRequest, inbox_pb.GetDeadLetterResponse
        ],
    ) -> inbox_pb.GetDeadLetterResponse:
        """One of them, with the bytes as they came."""

    async def ReplayDeadLetter(  # noqa: N802  # an RPC's name
        self,
        request: inbox_pb.ReplayDeadLetterRequest,
        context: grpc.aio.ServicerContext[
            inbox_pb.ReplayDeadLetterRequest, inbox_pb.ReplayDeadLetterResponse
        ],
    ) -> inbox_pb.ReplayDeadLetterResponse:
        """Have one read again by a worker."""

    async def ClaimReplays(  # noqa: N802  # an RPC's name
        self,
        request: inbox_pb.ClaimReplaysRequest,
        context: grpc.aio.ServicerContext[
            inbox_pb.ClaimReplaysRequest, inbox_pb.ClaimReplaysResponse
        ],
    ) -> inbox_pb.ClaimReplaysResponse:
        """Lease what is to be read again."""

    async def FinishReplay(  # noqa: N802  # an RPC's name
        self,
        request: inbox_pb.FinishReplayRequest,
        context: grpc.aio.ServicerContext[
            inbox_pb.FinishReplayRequest, inbox_pb.FinishReplayResponse
        ],
    ) -> inbox_pb.FinishReplayResponse:
        """What became of it."""
