"""What tests say to ConversationService, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import conversation_pb2 as pb
from cassava.tickets.v1 import ticket_pb2

from tests.tickets.builders import a_message

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api


async def a_conversation(
    mesh: Api, channel: Channel, text: str = "Hello?", who: str = "kim"
) -> str:
    return (await a_message(mesh, channel, text, who)).conversation_id


async def read(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.GetConversationRequest(conversation_id=conversation_id)
    return (await api.conversations.GetConversation(request)).conversation


async def listed(api: Api, **said: Any) -> list[str]:
    response = await api.conversations.ListConversations(pb.ListConversationsRequest(**said))
    return [conversation.id for conversation in response.conversations]


async def messages(api: Api, conversation_id: str) -> list[pb.Message]:
    request = pb.ListMessagesRequest(conversation_id=conversation_id)
    return list((await api.conversations.ListMessages(request)).messages)


async def post(api: Api, conversation_id: str, text: str, **said: Any) -> pb.Message:
    request = pb.PostMessageRequest(conversation_id=conversation_id, text=text, **said)
    return (await api.conversations.PostMessage(request)).message


async def take_over(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.TakeOverRequest(conversation_id=conversation_id)
    return (await api.conversations.TakeOver(request)).conversation


async def resolve(api: Api, conversation_id: str, etag: str = "") -> pb.Conversation:
    request = pb.ResolveConversationRequest(conversation_id=conversation_id, etag=etag)
    return (await api.conversations.ResolveConversation(request)).conversation


async def reopen(api: Api, conversation_id: str) -> pb.Conversation:
    request = pb.ReopenConversationRequest(conversation_id=conversation_id)
    return (await api.conversations.ReopenConversation(request)).conversation


async def tickets(api: Api) -> list[ticket_pb2.Ticket]:
    return list((await api.tickets.ListTickets(ticket_pb2.ListTicketsRequest())).tickets)
