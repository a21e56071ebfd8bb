"""Questions that no article answered, in PostgreSQL, each under the conversation that asked it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.questions.question import QuestionNotFound, Unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from mesh.postgres import Connection


class QuestionStore:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def keep(self, asked: Unanswered, conversation_id: UUID) -> None:
        """Once a conversation; what is older than the time kept goes on the way."""
        await self._connection.execute(
            """
            WITH old AS (
              DELETE FROM unanswered_questions
               WHERE tenant_id = $1 AND asked_at < now() - interval '90 days'
            )
            INSERT INTO unanswered_questions AS held
                   (tenant_id, question_id, conversation_id, question, language,
                    nearest_article, evidence)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (tenant_id, question_id, conversation_id) DO UPDATE
               SET asked_at = now(), nearest_article = excluded.nearest_article,
                   evidence = excluded.evidence
            """,
            *(self._tenant_id, asked.id, conversation_id, asked.question, asked.language),
            *(asked.nearest_article, asked.evidence),
        )

    async def most_asked(
        self, limit: int, *, after: tuple[int, UUID] | None = None
    ) -> list[Unanswered]:
        """Most conversations first; `after` is where the last page ended."""
        conversations, question_id = after or (None, None)
        rows = await self._connection.fetch(
            """
            SELECT question_id, conversations, question, language, asked_at, nearest_article,
                   evidence
              FROM (SELECT DISTINCT ON (question_id) question_id, question, language, asked_at,
                           nearest_article, evidence,
                           count(*) OVER (PARTITION BY question_id)::int AS conversations
                      FROM unanswered_questions
                     WHERE tenant_id = $1 AND asked_at >= now() - interval '90 days'
                     ORDER BY question_id, asked_at DESC) AS asked
             WHERE $2::int IS NULL OR (-conversations, question_id) > (-$2::int, $3::uuid)
             ORDER BY -conversations, question_id
             LIMIT $4
            """,
            *(self._tenant_id, conversations, question_id, limit),
        )
        return [
            Unanswered(
                id=row["question_id"],
                question=row["question"],
                language=row["language"],
                nearest_article=row["nearest_article"],
                evidence=row["evidence"],
                conversations=row["conversations"],
                asked_at=row["asked_at"],
            )
            for row in rows
        ]

    async def dismiss(self, question_id: UUID) -> None:
        gone = await self._connection.fetch(
            """
            DELETE FROM unanswered_questions WHERE tenant_id = $1 AND question_id = $2
            RETURNING question_id
            """,
            *(self._tenant_id, question_id),
        )
        if not gone:
            raise QuestionNotFound(question_id)

    async def forget(self, conversation_ids: Sequence[UUID]) -> int:
        """How many there were."""
        rows = await self._connection.fetch(
            """
            DELETE FROM unanswered_questions
             WHERE tenant_id = $1 AND conversation_id = ANY($2) RETURNING question_id
            """,
            *(self._tenant_id, list(conversation_ids)),
        )
        return len(rows)
