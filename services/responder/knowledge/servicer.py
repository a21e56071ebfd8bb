"""KnowledgeService: articles in, passages found; vectors are ready before a transaction begins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.responder.v1 import knowledge_pb2 as pb
from cassava.responder.v1 import knowledge_pb2_grpc as rpc

from mesh import pages
from mesh.transactions import change, read
from services.responder import grounding
from services.responder.knowledge import wire
from services.responder.knowledge.encoded import encoded
from services.responder.knowledge.proposal import proposed
from services.responder.knowledge.store import ArticleStore
from services.responder.questions.store import QuestionStore
from services.responder.shadow.store import ShadowStore

if TYPE_CHECKING:
    from mesh.encoder import Encoder
    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.responder.knowledge.article import Article
    from services.responder.knowledge.finder import Finder

_PASSAGES = 10


class KnowledgeServicer(rpc.KnowledgeServiceServicer):
    def __init__(self, pool: Pool, encoder: Encoder, finder: Finder, signing: pages.Pages) -> None:
        self._pool = pool
        self._encoder = encoder
        self._finder = finder
        self._pages = signing

    async def CreateArticle(
        self, request: pb.CreateArticleRequest, context: Context
    ) -> pb.CreateArticleResponse:
        # Warms the encoder's memory, so that the transaction finds every vector there.
        await encoded(self._encoder, wire.article_from_proto(request.article))
        return await self._create(request, context)

    @change
    async def _create(
        self, request: pb.CreateArticleRequest, connection: Connection
    ) -> pb.CreateArticleResponse:
        store = ArticleStore(connection, request.tenant_id)
        article = await store.add(wire.article_from_proto(request.article))
        await self._publish(store, article)
        return pb.CreateArticleResponse(article=wire.article_to_proto(article))

    @read
    async def GetArticle(
        self, request: pb.GetArticleRequest, connection: Connection
    ) -> pb.GetArticleResponse:
        store = ArticleStore(connection, request.tenant_id)
        article = await store.get(UUID(request.article_id))
        return pb.GetArticleResponse(article=wire.article_to_proto(article))

    @read
    async def ListArticles(
        self, request: pb.ListArticlesRequest, connection: Connection
    ) -> pb.ListArticlesResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        before = (datetime.fromisoformat(str(after[0])), UUID(str(after[1]))) if after else None
        store = ArticleStore(connection, request.tenant_id)
        found = await store.newest(size + 1, before=before, language=request.language)
        shown, token = found[:size], ""
        if len(found) > size:
            token = self._pages.sign(request, shown[-1].updated_at.isoformat(), str(shown[-1].id))
        return pb.ListArticlesResponse(
            articles=[wire.article_to_proto(article) for article in shown], next_page_token=token
        )

    async def UpdateArticle(
        self, request: pb.UpdateArticleRequest, context: Context
    ) -> pb.UpdateArticleResponse:
        changes = wire.changes_from_proto(request)
        async with self._pool.transaction(request.tenant_id, readonly=True) as connection:
            now = await ArticleStore(connection, request.tenant_id).get(UUID(request.article_id))
        await encoded(self._encoder, now.changed(changes))
        return await self._update(request, context)

    @change
    async def _update(
        self, request: pb.UpdateArticleRequest, connection: Connection
    ) -> pb.UpdateArticleResponse:
        store = ArticleStore(connection, request.tenant_id)
        seen = (await store.get(UUID(request.article_id))).checked(request.article.etag)
        wanted = seen.changed(wire.changes_from_proto(request))
        if (wanted.language, wanted.slug) != (seen.language, seen.slug):
            await store.take_slug(wanted)
        article = await store.save(wanted)
        await self._publish(store, article)
        return pb.UpdateArticleResponse(article=wire.article_to_proto(article))

    @change
    async def DeleteArticle(
        self, request: pb.DeleteArticleRequest, connection: Connection
    ) -> pb.DeleteArticleResponse:
        await ArticleStore(connection, request.tenant_id).remove(UUID(request.article_id))
        return pb.DeleteArticleResponse()

    async def SearchKnowledge(
        self, request: pb.SearchKnowledgeRequest, context: Context
    ) -> pb.SearchKnowledgeResponse:
        found = await self._finder.find(
            request.tenant_id, [request.query], [], request.limit or _PASSAGES
        )
        hits = found.hits
        best = max((hit.evidence for hit in hits[:1]), default=0.0)
        return pb.SearchKnowledgeResponse(
            passages=[wire.passage_to_proto(hit) for hit in hits],
            answerable=best >= grounding.DEFAULT_THRESHOLD,
        )

    @change
    async def ProposeArticle(
        self, request: pb.ProposeArticleRequest, connection: Connection
    ) -> pb.ProposeArticleResponse:
        said = wire.conversation_from_proto(request.conversation)
        draft = proposed(said, request.language or "en")
        article = await ArticleStore(connection, request.tenant_id).add(draft)
        return pb.ProposeArticleResponse(article=wire.article_to_proto(article))

    @read
    async def ListUnansweredQuestions(
        self, request: pb.ListUnansweredQuestionsRequest, connection: Connection
    ) -> pb.ListUnansweredQuestionsResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        last = (int(after[0]), UUID(str(after[1]))) if after else None
        found = await QuestionStore(connection, request.tenant_id).most_asked(size + 1, after=last)
        shown, token = found[:size], ""
        if len(found) > size:
            token = self._pages.sign(request, shown[-1].conversations, str(shown[-1].id))
        return pb.ListUnansweredQuestionsResponse(
            questions=[wire.unanswered_to_proto(each) for each in shown], next_page_token=token
        )

    @change
    async def DismissUnansweredQuestion(
        self, request: pb.DismissUnansweredQuestionRequest, connection: Connection
    ) -> pb.DismissUnansweredQuestionResponse:
        store = QuestionStore(connection, request.tenant_id)
        await store.dismiss(UUID(request.question_id))
        return pb.DismissUnansweredQuestionResponse()

    @change
    async def ForgetConversations(
        self, request: pb.ForgetConversationsRequest, connection: Connection
    ) -> pb.ForgetConversationsResponse:
        conversations = [UUID(each) for each in request.conversation_ids]
        questions = await QuestionStore(connection, request.tenant_id).forget(conversations)
        pairs = await ShadowStore(connection, request.tenant_id).forget(conversations)
        return pb.ForgetConversationsResponse(unanswered_questions=questions, shadow_replies=pairs)

    async def _publish(self, store: ArticleStore, article: Article) -> None:
        """Only what is published can be found; its passages change with it, in one commit."""
        # Found in the encoder's memory: nothing is computed while the transaction is open.
        await store.replace_chunks(article, await encoded(self._encoder, article))
