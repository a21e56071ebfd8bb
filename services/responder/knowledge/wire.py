"""Articles and passages as the contract says them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from cassava.responder.v1 import knowledge_pb2 as pb
from cassava.responder.v1 import responder_pb2

from mesh.errors import InvalidInput
from mesh.times import now, to_timestamp
from services.responder.knowledge import proposal
from services.responder.knowledge.article import Article, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.responder.knowledge.search import Hit
    from services.responder.questions.question import Unanswered

_CHANGEABLE = ("title", "body", "language", "url", "status", "slug")


def article_from_proto(said: pb.Article) -> Article:
    """A new one; raises `InvalidInput` for what no article can be."""
    if not said.title.strip():
        raise InvalidInput("an article needs a title", field="article.title")
    try:
        article_id = UUID(said.id) if said.id else uuid4()
    except ValueError:
        raise InvalidInput("give a UUID, or leave it out", field="article.id") from None
    return Article(
        id=article_id,
        title=_clean(said.title),
        body=_clean(said.body),
        language=said.language or "en",
        url=_clean(said.url),
        slug=_clean(said.slug),
        status=_status(said.status),
        version=1,
        updated_at=now(),
    )


def changes_from_proto(request: pb.UpdateArticleRequest) -> dict[str, str | Status]:
    """What the mask names; without one, all fields that are set."""
    paths = list(request.update_mask.paths)
    if not paths or "*" in paths:
        set_fields = {f.name for f, _ in request.article.ListFields()}
        paths = [name for name in _CHANGEABLE if "*" in paths or name in set_fields]
    if unknown := [
        path for path in paths if path not in {*_CHANGEABLE, "id", "version", "etag", "update_time"}
    ]:
        raise InvalidInput(f"an article has no field {unknown[0]}", field="update_mask")
    changes: dict[str, str | Status] = {}
    for path in paths:
        if path == "status":
            changes[path] = _status(request.article.status)
        elif path in _CHANGEABLE:
            changes[path] = _clean(getattr(request.article, path))
    return changes


def article_to_proto(article: Article) -> pb.Article:
    return pb.Article(
        id=str(article.id),
        title=article.title,
        body=article.body,
        language=article.language,
        url=article.url,
        status=pb.Article.Status.Value(f"STATUS_{article.status.upper()}"),
        version=article.version,
        etag=article.etag,
        update_time=to_timestamp(article.updated_at),
        slug=article.slug,
    )


def unanswered_to_proto(asked: Unanswered) -> pb.UnansweredQuestion:
    return pb.UnansweredQuestion(
        id=str(asked.id),
        question=asked.question,
        language=asked.language,
        conversations=asked.conversations,
        last_time=to_timestamp(asked.asked_at) if asked.asked_at else None,
        nearest_article_id=str(asked.nearest_article or ""),
        evidence=round(asked.evidence, 4),
    )


def conversation_from_proto(said: Iterable[responder_pb2.Utterance]) -> list[tuple[str, str]]:
    """(speaker, text); what a customer never saw was not said."""
    speakers = {
        responder_pb2.SPEAKER_PERSON: proposal.PERSON,
        responder_pb2.SPEAKER_CUSTOMER: proposal.CUSTOMER,
    }
    return [
        (speakers[each.speaker], _clean(each.text))
        for each in said
        if each.speaker in speakers and each.text and not each.undelivered
    ]


def passage_to_proto(hit: Hit) -> pb.Passage:
    passage = hit.passage
    return pb.Passage(
        article_id=str(passage.article_id),
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        url=passage.url,
        language=passage.language,
        score=round(hit.evidence, 4),
    )


def _status(status: pb.Article.Status.ValueType) -> Status:
    return Status.DRAFT if status == pb.Article.STATUS_DRAFT else Status.PUBLISHED


def _clean(text: str) -> str:
    """PostgreSQL's text holds no U+0000."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
