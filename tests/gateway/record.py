"""A tickets service for the edge's tests: our own contract over real gRPC, kept in memory."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import grpc
from cassava.tickets.v1 import (
    access_pb2,
    access_pb2_grpc,
    channel_pb2,
    channel_pb2_grpc,
    conversation_pb2,
    conversation_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    inbox_pb2,
    inbox_pb2_grpc,
    turn_pb2,
    turn_pb2_grpc,
)
from cassava.type.v1.access_pb2 import Caller
from cassava.type.v1.channel_pb2 import ChannelKind

from mesh.errors import InvalidInput, NotFound, NotSignedIn, Unavailable

EPOCH = "e1"
CONVERSATION_ID = "0190a000-0000-7000-8000-00000000000c"
Result = inbox_pb2.AcceptResult


class TurnNotFound(NotFound):
    pass


class LiveTokenInvalid(NotSignedIn):
    pass


@dataclass
class Record(
    inbox_pb2_grpc.InboxServiceServicer,
    channel_pb2_grpc.ChannelServiceServicer,
    turn_pb2_grpc.TurnServiceServicer,
    conversation_pb2_grpc.ConversationServiceServicer,
    event_pb2_grpc.EventServiceServicer,
    access_pb2_grpc.AccessServiceServicer,
):
    """What was stored, what will be found, and how the service misbehaves."""

    accounts: list[channel_pb2.Account] = field(default_factory=list)
    items: dict[tuple[str, str], inbox_pb2.InboundItem] = field(default_factory=dict)
    receipts: list[inbox_pb2.Receipt] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    events: list[event_pb2.Event] = field(default_factory=list)
    # By the alias of whom they are with.
    messages: dict[str, list[conversation_pb2.Message]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    turn: turn_pb2.GetTurnByMessageResponse | None = None
    lookups: int = 0
    is_away: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    accept_seconds: float = 0.0

    def register(self, server: grpc.aio.Server) -> None:
        inbox_pb2_grpc.add_InboxServiceServicer_to_server(self, server)
        channel_pb2_grpc.add_ChannelServiceServicer_to_server(self, server)
        turn_pb2_grpc.add_TurnServiceServicer_to_server(self, server)
        event_pb2_grpc.add_EventServiceServicer_to_server(self, server)
        conversation_pb2_grpc.add_ConversationServiceServicer_to_server(self, server)
        access_pb2_grpc.add_AccessServiceServicer_to_server(self, server)

    async def Accept(self, request: Any, context: Any) -> Any:
        if self.is_away:
            raise Unavailable("the database is away")
        self.batches.append(len(request.items))
        self.begun.set()
        await asyncio.sleep(self.accept_seconds)
        return inbox_pb2.AcceptResponse(results=[self._store(item) for item in request.items])

    def _store(self, item: inbox_pb2.InboundItem) -> Result:
        known = self.items.setdefault((item.account_id, item.key), item)
        if known is not item and known.body_hash != item.body_hash:
            return Result(status=Result.STATUS_CONFLICT)
        status = Result.STATUS_ACCEPTED if known is item else Result.STATUS_DUPLICATE
        if item.HasField("unreadable"):
            status = Result.STATUS_DEAD_LETTER
        message_id = str(uuid.uuid5(uuid.NAMESPACE_OID, item.key))
        return Result(status=status, message_id=message_id, conversation_id=message_id)

    async def RecordReceipts(self, request: Any, context: Any) -> Any:
        self.receipts.extend(request.receipts)
        return inbox_pb2.RecordReceiptsResponse(recorded=len(request.receipts))

    async def FindAccount(self, request: Any, context: Any) -> Any:
        if self.is_away:
            raise Unavailable("the database is away")
        self.lookups += 1
        if "\0" in request.external_id:  # as PostgreSQL has it
            raise InvalidInput("a text holds a NUL character, which cannot be stored; leave it out")
        found = [known for known in self.accounts if _fits(known, request)]
        return channel_pb2.FindAccountResponse(accounts=found)

    async def GetTurnByMessage(self, request: Any, context: Any) -> Any:
        if self.turn is None:
            raise TurnNotFound("no turn yet")
        return self.turn

    async def ListEvents(self, request: Any, context: Any) -> Any:
        head = len(self.events)
        answer = event_pb2.ListEventsResponse(head=head, epoch=EPOCH)
        if request.epoch not in ("", EPOCH) or request.after > head:
            answer.resync_required = True
        else:
            answer.events.extend(self.events[request.after :][: request.page_size or 500])
        return answer

    def happen(self, kind: str) -> None:
        """One more event in the log."""
        number = len(self.events) + 1
        event = event_pb2.Event(id=f"id-{number}", sequence=number, epoch=EPOCH, type=kind)
        event.tenant_id, event.conversation_id = "demo", "c"
        event.occurred_at.GetCurrentTime()
        event.data.update({"number": number})
        self.events.append(event)

    async def ListConversations(self, request: Any, context: Any) -> Any:
        found = [] if request.customer_alias not in self.messages else [CONVERSATION_ID]
        return conversation_pb2.ListConversationsResponse(
            conversations=[conversation_pb2.Conversation(id=one) for one in found]
        )

    async def ListMessages(self, request: Any, context: Any) -> Any:
        said = [message for messages in self.messages.values() for message in messages]
        return conversation_pb2.ListMessagesResponse(messages=said)

    async def VerifyKey(self, request: Any, context: Any) -> Any:
        tenant_id, _, role = request.key.removeprefix("csk_").partition("_")
        if tenant_id not in ("demo", "other"):
            raise NotSignedIn("nobody's key")
        return access_pb2.VerifyKeyResponse(
            tenant_id=tenant_id, role=Caller.Value(role or "CALLER_ADMIN")
        )

    async def RedeemLiveToken(self, request: Any, context: Any) -> Any:
        if request.token not in self.tokens:
            raise LiveTokenInvalid("used up")
        self.tokens.discard(request.token)
        return access_pb2.RedeemLiveTokenResponse(tenant_id="demo", role=Caller.CALLER_VIEWER)


def _fits(account: channel_pb2.Account, request: channel_pb2.FindAccountRequest) -> bool:
    if account.kind != request.kind:
        return False
    by = request.WhichOneof("by")
    if by == "all":
        return True
    if by == "token_hash":
        hashes = [hashlib.sha256(secret.value.encode()).digest() for secret in account.secrets]
        return request.token_hash in hashes
    name = {"channel_id": "id"}.get(by or "", by or "")
    return bool(getattr(account, name) == getattr(request, by or ""))


def an_account(kind: str, account_id: str, tenant_id: str = "demo", **more: Any) -> Any:
    """Secrets by their kind in lower case, each a list."""
    secrets = [
        channel_pb2.Secret(
            kind=channel_pb2.SecretKind.Value(f"SECRET_KIND_{name.upper()}"), value=value
        )
        for name, values in more.pop("secrets", {}).items()
        for value in values
    ]
    return channel_pb2.Account(
        kind=ChannelKind.Value(f"CHANNEL_KIND_{kind.upper()}"),
        id=account_id,
        tenant_id=tenant_id,
        secrets=secrets,
        tenant_active=more.pop("tenant_active", True),
        state=channel_pb2.Channel.STATE_ACTIVE,
        sandbox=True,
        **more,
    )
