"""The responder's services as tests call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cassava.responder.v1 import knowledge_pb2 as pb
from cassava.responder.v1 import (
    knowledge_pb2_grpc,
    responder_pb2,
    responder_pb2_grpc,
    shadow_pb2_grpc,
)

from mesh.errors import NotSignedIn

if TYPE_CHECKING:
    import grpc

    from mesh.access import Caller


class NoKeys:
    """Nobody comes with a key here: the mesh's own token is enough."""

    async def verify(self, key: str) -> Caller:
        del key
        raise NotSignedIn("no keys here")

    async def denied(self, caller: Caller, method: str, named: str) -> None:
        """Nobody reads it here."""

    async def check_tenant(self, tenant_id: str) -> None:
        """Whatever is named is there."""


class Api:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.knowledge = knowledge_pb2_grpc.KnowledgeServiceStub(channel)
        self.responder = responder_pb2_grpc.ResponderServiceStub(channel)
        self.shadow = shadow_pb2_grpc.ShadowServiceStub(channel)

    @staticmethod
    def serve(
        to: grpc.aio.Server,
        responder: responder_pb2_grpc.ResponderServiceServicer,
        knowledge: knowledge_pb2_grpc.KnowledgeServiceServicer,
        shadow: shadow_pb2_grpc.ShadowServiceServicer,
    ) -> None:
        responder_pb2_grpc.add_ResponderServiceServicer_to_server(responder, to)
        knowledge_pb2_grpc.add_KnowledgeServiceServicer_to_server(knowledge, to)
        shadow_pb2_grpc.add_ShadowServiceServicer_to_server(shadow, to)

    async def create(self, tenant: str, body: str, **article: Any) -> pb.Article:
        said = {"title": "Refunds", "body": body, **article}
        request = pb.CreateArticleRequest(tenant_id=tenant, article=pb.Article(**said))
        return (await self.knowledge.CreateArticle(request)).article

    async def search(self, tenant: str, query: str) -> pb.SearchKnowledgeResponse:
        request = pb.SearchKnowledgeRequest(tenant_id=tenant, query=query)
        return await self.knowledge.SearchKnowledge(request)

    async def ask(self, tenant: str, *messages: str, **request: Any) -> responder_pb2.ReplyResponse:
        said = responder_pb2.ReplyRequest(tenant_id=tenant, messages=messages, **request)
        return await self.responder.Reply(said)
