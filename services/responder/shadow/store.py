"""Shadows and the pairs of replies that they left, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mesh.postgres import certain
from services.responder.providers.provider import Reason, Tier
from services.responder.shadow.shadow import Comparison, Pair, Shadow, Side, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mesh.postgres import Connection


class ShadowStore:
    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def start(self, shadow: Shadow) -> Shadow:
        """Instead of the one before it; who starts another at the same time comes after it."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('shadow:' || $1, 0))", self._tenant_id
        )
        await self.stop()
        row = await self._connection.fetchrow(
            """
            INSERT INTO shadows (tenant_id, shadow_id, tier, model, rules, share)
            VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING shadow_id, tier, model, rules, share, started_at, stopped_at
            """,
            *(self._tenant_id, shadow.id, shadow.tier, shadow.model, shadow.rules, shadow.share),
        )
        return _shadow(row)

    async def stop(self) -> None:
        await self._connection.execute(
            """
            UPDATE shadows SET stopped_at = clock_timestamp()
             WHERE tenant_id = $1 AND stopped_at IS NULL
            """,
            self._tenant_id,
        )

    async def running(self) -> Shadow | None:
        row = await self._connection.fetchrow(
            """
            SELECT shadow_id, tier, model, rules, share, started_at, stopped_at
              FROM shadows WHERE tenant_id = $1 AND stopped_at IS NULL
            """,
            self._tenant_id,
        )
        return _shadow(row) if row else None

    async def find(self, shadow_id: UUID | None) -> Shadow | None:
        """This one, or the last that was started."""
        row = await self._connection.fetchrow(
            """
            SELECT shadow_id, tier, model, rules, share, started_at, stopped_at FROM shadows
             WHERE tenant_id = $1 AND ($2::uuid IS NULL OR shadow_id = $2)
             ORDER BY started_at DESC LIMIT 1
            """,
            *(self._tenant_id, shadow_id),
        )
        return _shadow(row) if row else None

    async def keep(self, shadow: Shadow, pair: Pair) -> None:
        """What is older than the time kept goes on the way."""
        await self._connection.execute(
            """
            WITH old AS (
              DELETE FROM reply_pairs WHERE tenant_id = $1 AND asked_at < now() - interval '90 days'
            )
            INSERT INTO reply_pairs (tenant_id, pair_id, shadow_id, conversation_id, question)
            VALUES ($1, $2, $3, $4, $5)
            """,
            *(self._tenant_id, pair.id, shadow.id, pair.conversation_id, pair.question),
        )
        await self._connection.executemany(
            """
            INSERT INTO reply_sides (tenant_id, pair_id, side, kind, reason, tier, model,
                                     prompt_version, text, article_ids, milliseconds, tokens,
                                     cost_micros)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                (self._tenant_id, pair.id, name, *_values(side))
                for name, side in (("live", pair.live), ("shadow", pair.shadow))
            ],
        )

    async def compare(self, shadow_id: UUID) -> Comparison:
        agreed = await self._connection.fetchrow(
            """
            SELECT count(*) AS pairs, count(*) FILTER (WHERE l.kind = s.kind) AS same_kind,
                   count(*) FILTER (WHERE l.kind = 'answer' AND s.kind = 'answer') AS both_answered,
                   count(*) FILTER (WHERE l.kind = 'answer' AND s.kind = 'answer'
                                      AND l.article_ids && s.article_ids) AS same_source
              FROM reply_pairs p
              JOIN reply_sides l ON l.tenant_id = $1 AND l.pair_id = p.pair_id AND l.side = 'live'
              JOIN reply_sides s ON s.tenant_id = $1 AND s.pair_id = p.pair_id AND s.side = 'shadow'
             WHERE p.tenant_id = $1 AND p.shadow_id = $2
            """,
            *(self._tenant_id, shadow_id),
        )
        return Comparison(
            **dict(certain(agreed)),
            live=await self._summary(shadow_id, "live"),
            shadow=await self._summary(shadow_id, "shadow"),
        )

    async def _summary(self, shadow_id: UUID, side: str) -> Summary:
        rows = await self._connection.fetch(
            """
            SELECT s.kind, s.reason, count(*) AS replies
              FROM reply_pairs p JOIN reply_sides s USING (tenant_id, pair_id)
             WHERE tenant_id = $1 AND p.shadow_id = $2 AND s.side = $3
             GROUP BY s.kind, s.reason ORDER BY replies DESC, s.reason
            """,
            *(self._tenant_id, shadow_id, side),
        )
        kinds: dict[str, int] = {}
        for row in rows:
            kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["replies"]
        reasons = {Reason(row["reason"]): row["replies"] for row in rows if row["reason"]}
        return Summary(kinds, reasons, **await self._used(shadow_id, side))

    async def _used(self, shadow_id: UUID, side: str) -> dict[str, int]:
        row = await self._connection.fetchrow(
            """
            SELECT coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY s.milliseconds)
                            FILTER (WHERE s.kind <> 'failed'), 0) AS milliseconds_p50,
                   coalesce(percentile_disc(0.95) WITHIN GROUP (ORDER BY s.milliseconds)
                            FILTER (WHERE s.kind <> 'failed'), 0) AS milliseconds_p95,
                   coalesce(sum(s.tokens), 0)::bigint AS tokens,
                   coalesce(sum(s.cost_micros), 0)::bigint AS cost_micros
              FROM reply_pairs p JOIN reply_sides s USING (tenant_id, pair_id)
             WHERE tenant_id = $1 AND p.shadow_id = $2 AND s.side = $3
            """,
            *(self._tenant_id, shadow_id, side),
        )
        return dict(certain(row))

    async def newest(
        self,
        shadow_id: UUID,
        limit: int,
        *,
        before: tuple[datetime, UUID] | None,
        is_differing: bool,
    ) -> list[Pair]:
        """Newest first; `before` is where the last page ended."""
        moment, pair_id = before or (None, None)
        rows = await self._connection.fetch(
            """
            SELECT p.pair_id, p.conversation_id, p.question, p.asked_at, l AS live, s AS shadow
              FROM reply_pairs p
              JOIN reply_sides l ON l.tenant_id = $1 AND l.pair_id = p.pair_id AND l.side = 'live'
              JOIN reply_sides s ON s.tenant_id = $1 AND s.pair_id = p.pair_id AND s.side = 'shadow'
             WHERE p.tenant_id = $1 AND p.shadow_id = $2
               AND ($3::timestamptz IS NULL OR (p.asked_at, p.pair_id) < ($3, $4::uuid))
               AND (NOT $5 OR l.kind <> s.kind
                    OR l.kind = 'answer' AND NOT l.article_ids && s.article_ids)
             ORDER BY p.asked_at DESC, p.pair_id DESC
             LIMIT $6
            """,
            *(self._tenant_id, shadow_id, moment, pair_id, is_differing, limit),
        )
        return [_pair(row) for row in rows]

    async def forget(self, conversation_ids: Sequence[UUID]) -> int:
        """How many pairs there were."""
        rows = await self._connection.fetch(
            """
            DELETE FROM reply_pairs
             WHERE tenant_id = $1 AND conversation_id = ANY($2) RETURNING pair_id
            """,
            *(self._tenant_id, list(conversation_ids)),
        )
        return len(rows)


def _shadow(row: Any) -> Shadow:
    return Shadow(
        id=row["shadow_id"],
        tier=Tier(row["tier"]),
        model=row["model"],
        rules=row["rules"],
        share=row["share"],
        started_at=row["started_at"],
        stopped_at=row["stopped_at"],
    )


def _pair(row: Any) -> Pair:
    return Pair(
        id=row["pair_id"],
        conversation_id=row["conversation_id"],
        question=row["question"],
        live=_side(row["live"]),
        shadow=_side(row["shadow"]),
        asked_at=row["asked_at"],
    )


def _values(side: Side) -> tuple[Any, ...]:
    return (
        *(side.kind, side.reason or "", side.tier, side.model, side.prompt_version, side.text),
        *(list(side.article_ids), side.milliseconds, side.tokens, side.cost_micros),
    )


def _side(row: Any) -> Side:
    return Side(
        kind=row["kind"],
        tier=Tier(row["tier"]),
        model=row["model"],
        prompt_version=row["prompt_version"],
        text=row["text"],
        article_ids=row["article_ids"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        milliseconds=row["milliseconds"],
        tokens=row["tokens"],
        cost_micros=row["cost_micros"],
    )
