"""ConversationService: who said what, and who holds a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import conversation_pb2_grpc as rpc

from mesh import pages
from mesh.access import current_caller
from mesh.errors import InvalidInput
from mesh.times import from_timestamp
from mesh.transactions import change, read
from services.tickets import masks
from services.tickets.bells import Bells
from services.tickets.conversations import wire
from services.tickets.conversations.briefing import Briefer
from services.tickets.conversations.desk import Desk
from services.tickets.conversations.feedback import Feedback
from services.tickets.conversations.listing import Wanted
from services.tickets.conversations.outgoing import outgoing
from services.tickets.conversations.placement import Placement
from services.tickets.conversations.store import ConversationStore
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
            conversation=await self._shown(connection, request.conversation_id)
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
            conversations=[wire.conversation_to_proto(view, self._now()) for view in found[:size]]
        )
        if len(found) > size:
            last = found[size - 1].conversation
            response.next_page_token = next_page(self._pages, request, (last.created_at, last.id))
        return response

    @read
    async def GetBriefing(
        self, request: pb.GetBriefingRequest, connection: Connection
    ) -> pb.GetBriefingResponse:
        briefer = Briefer(connection, self._now())
        return pb.GetBriefingResponse(briefing=await briefer.brief(UUID(request.conversation_id)))

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

    @rings(Bells.alarms)
    @rings(Bells.deliveries)
    @change
    async def PostMessage(
        self, request: pb.PostMessageRequest, connection: Connection
    ) -> pb.PostMessageResponse:
        desk = self._desk(connection)
        if "\0" in request.text:
            raise InvalidInput("U+0000 cannot be sent; leave it out", field="text")
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        if request.note:
            message_id = await desk.leave_note(conversation, request.text)
        else:
            then = wire.then_from_proto(request.then)
            said = outgoing(conversation.channel, request.text, request.content)
            message_id = await desk.say(conversation, said, then)
        thread = ThreadStore(connection)
        row, parts = await thread.get(message_id), await thread.parts([message_id])
        return pb.PostMessageResponse(message=wire.message_to_proto(row, parts.get(message_id, [])))

    @rings(Bells.alarms)
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
        return pb.TakeOverResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def Release(
        self, request: pb.ReleaseRequest, connection: Connection
    ) -> pb.ReleaseResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).release(conversation)
        return pb.ReleaseResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.deliveries)
    @change
    async def ResolveConversation(
        self, request: pb.ResolveConversationRequest, connection: Connection
    ) -> pb.ResolveConversationResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        conversation.expect(request.etag)
        await self._desk(connection).resolve(conversation)
        return pb.ResolveConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def ReopenConversation(
        self, request: pb.ReopenConversationRequest, connection: Connection
    ) -> pb.ReopenConversationResponse:
        conversation = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await self._desk(connection).reopen(conversation)
        return pb.ReopenConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def UpdateConversation(
        self, request: pb.UpdateConversationRequest, connection: Connection
    ) -> pb.UpdateConversationResponse:
        known = await ConversationStore(connection).lock(UUID(request.conversation_id))
        known.expect(request.conversation.etag)
        chosen = masks.paths(request.update_mask, request.conversation, wire.CHANGEABLE)
        wanted = pb.Conversation(tags=known.tags, required_skills=known.required_skills)
        masks.apply(chosen, request.conversation, wanted)
        await self._placement(connection).describe(known, wanted.tags, wanted.required_skills)
        return pb.UpdateConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def AssignConversation(
        self, request: pb.AssignConversationRequest, connection: Connection
    ) -> pb.AssignConversationResponse:
        known = await ConversationStore(connection).lock(UUID(request.conversation_id))
        known.expect(request.etag)
        await self._placement(connection).assign(
            *(known.tenant_id, known.id),
            team_id=wire.optional_id(request.team_id),
            assignee_id=wire.optional_id(request.assignee_id),
            insist=request.over_capacity,
        )
        return pb.AssignConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def SnoozeConversation(
        self, request: pb.SnoozeConversationRequest, connection: Connection
    ) -> pb.SnoozeConversationResponse:
        known = await ConversationStore(connection).lock(UUID(request.conversation_id))
        known.expect(request.etag)
        until = from_timestamp(request.until)
        await self._placement(connection).snooze(known, until, self._now())
        return pb.SnoozeConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    @rings(Bells.alarms)
    @change
    async def RateConversation(
        self, request: pb.RateConversationRequest, connection: Connection
    ) -> pb.RateConversationResponse:
        known = await ConversationStore(connection).lock(UUID(request.conversation_id))
        await Feedback(connection, self._now()).rate(known, request.rating)
        return pb.RateConversationResponse(
            conversation=await self._shown(connection, request.conversation_id)
        )

    def _desk(self, connection: Connection) -> Desk:
        return Desk(connection, current_caller(), self._now())

    def _placement(self, connection: Connection) -> Placement:
        return Placement(connection, current_caller())

    async def _shown(self, connection: Connection, conversation_id: str) -> pb.Conversation:
        view = await ConversationStore(connection).view(UUID(conversation_id))
        return wire.conversation_to_proto(view, self._now())


async def _wanted(connection: Connection, request: pb.ListConversationsRequest) -> Wanted:
    """An alias that nobody has matches nobody's conversations."""
    customers = CustomerStore(connection)
    customer_ids = None
    if request.customer_id:
        customer_ids = await customers.one_person([UUID(request.customer_id)])
    if request.customer_alias:
        known = await customers.one_person(await customers.ids_of(request.customer_alias))
        customer_ids = [i for i in known if customer_ids is None or i in customer_ids]
    return wire.wanted_from_proto(request, customer_ids)
