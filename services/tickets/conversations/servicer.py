"""ConversationService: who said what, and who holds a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import conversation_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.transactions import change, read
from services.tickets.bells import Bells
from services.tickets.conversations import wire
from services.tickets.conversations.desk import Desk
from services.tickets.conversations.outgoing import outgoing
from services.tickets.conversations.store import ConversationStore, Wanted
from services.tickets.conversations.thread import ThreadStore
from services.tickets.customers.store import CustomerStore
from services.tickets.position import next_page, position_of
from services.tickets.ringing import rings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mesh.pages import Pages
    from mesh.postgres import Connection, Pool


class ConversationServicer(rpc.ConversationServiceServicer):
    def __init__(self, pool: Pool, pages: Pages, bells: Bells, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._pages = pages
        self._bells = bells
        self._now = now

    @read
    async def GetConversation(
        self, request: pb.GetConversationRequest, connection: Connection
    ) -> pb.GetConversationResponse:
        return pb.GetConversationResponse(
            conversation=await _shown(connection, request.conversation_id)
        )

    @read
    async def ListConversations(
        self, request: pb.ListConversationsRequest, connection: Connection
    ) -> pb.ListConversationsResponse:
        size = pages.size(request.page_size)
        found = await ConversationStore(connection).page(
            *(position_of(self._pages, request), size + 1), await _wanted(connection, request)
        )
        response = pb.ListConversationsResponse(
            conversations=[wire.conversation_to_proto(view) for view in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1].conversation
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @read
    async def ListMessages(
        self, request: pb.ListMessagesRequest, connection: Connection
    ) -> pb.ListMessagesResponse:
        size, thread = pages.size(request.page_size), ThreadStore(connection)
        conversation_id = UUID(request.conversation_id)
        await ConversationStore(connection).view(conversation_id)
        rows = await thread.page(conversation_id, position_of(self._pages, request), size + 1)
        parts = await thread.parts([row["id"] for row in rows[:size]])
        response = pb.ListMessagesResponse(
            messages=[wire.message_to_proto(row, parts.get(row["id"], [])) for row in rows[:size]]
        )
        if len(rows) > size:
            last = rows[size - 1]
            response.next_page_token = next_page(
                self._pages, request, (last["created_at"], last["id"])
            )
        return response

    @rings(Bells.deliveries)
    @change
    async def PostMessage(
        self, request: pb.PostMessageRequest, connection: Connection
    ) -> pb.PostMessageResponse:
        desk = self._desk(connection)
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        if request.note:
            message_id = await desk.leave_note(conversation, request.text)
        else:
            said = outgoing(conversation.channel, request.text, request.content)
            message_id = await desk.say(conversation, said)
        thread = ThreadStore(connection)
        row, parts = await thread.get(message_id), await thread.parts([message_id])
        return pb.PostMessageResponse(message=wire.message_to_proto(row, parts.get(message_id, [])))

    @rings(Bells.deliveries)
    @change
    async def ResendMessage(
        self, request: pb.ResendMessageRequest, connection: Connection
    ) -> pb.ResendMessageResponse:
        message_id = UUID(request.message_id)
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).resend(conversation, message_id)
        thread = ThreadStore(connection)
        row, parts = await thread.get(message_id), await thread.parts([message_id])
        message = wire.message_to_proto(row, parts.get(message_id, []))
        return pb.ResendMessageResponse(message=message)

    @rings(Bells.deliveries)
    @change
    async def TakeOver(
        self, request: pb.TakeOverRequest, connection: Connection
    ) -> pb.TakeOverResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).take_over(conversation)
        return pb.TakeOverResponse(conversation=await _shown(connection, request.conversation_id))

    @rings(Bells.log)
    @change
    async def Release(
        self, request: pb.ReleaseRequest, connection: Connection
    ) -> pb.ReleaseResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).release(conversation)
        return pb.ReleaseResponse(conversation=await _shown(connection, request.conversation_id))

    @rings(Bells.deliveries)
    @change
    async def ResolveConversation(
        self, request: pb.ResolveConversationRequest, connection: Connection
    ) -> pb.ResolveConversationResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        conversation.expect(request.etag)
        await self._desk(connection).resolve(conversation)
        return pb.ResolveConversationResponse(
            conversation=await _shown(connection, request.conversation_id)
        )

    @rings(Bells.log)
    @change
    async def ReopenConversation(
        self, request: pb.ReopenConversationRequest, connection: Connection
    ) -> pb.ReopenConversationResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).reopen(conversation)
        return pb.ReopenConversationResponse(
            conversation=await _shown(connection, request.conversation_id)
        )

    def _desk(self, connection: Connection) -> Desk:
        return Desk(connection, current_caller(), self._now())


async def _shown(connection: Connection, conversation_id: str) -> pb.Conversation:
    view = await ConversationStore(connection).view(UUID(conversation_id))
    return wire.conversation_to_proto(view)


async def _wanted(connection: Connection, request: pb.ListConversationsRequest) -> Wanted:
    """An alias that nobody has matches nobody's conversations."""
    customer_ids = [UUID(request.customer_id)] if request.customer_id else None
    if request.customer_alias:
        known = await CustomerStore(connection).ids_of(request.customer_alias)
        customer_ids = [i for i in known if customer_ids is None or i in customer_ids]
    return Wanted(
        status=wire.status_from_proto(request.status),
        holder=wire.holder_from_proto(request.holder),
        channel=wire.channel_from_proto(request.channel),
        customer_ids=customer_ids,
    )
