"""How well questions find their articles, and how often we answer what we do not know.

`python -m bench.answers` starts a PostgreSQL of its own; with `--mtrag` it also measures the
public question set at ../shared/knowledge (some minutes of encoding).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import yaml

from cli.embedded.postgres import Postgres
from mesh.encoder import Encoder
from mesh.migrate import migrate
from mesh.postgres import open_pool
from services.responder import grounding
from services.responder.evidence import gathered
from services.responder.knowledge.article import Article, Status
from services.responder.knowledge.encoded import encoded
from services.responder.knowledge.finder import Finder
from services.responder.knowledge.store import ArticleStore
from tests.responder.scene import a_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mesh.postgres import Pool

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "cli/demo_tenant/articles"
QUESTIONS = ROOT / "tests/responder/demo_questions.jsonl"
MTRAG = ROOT.parent / "shared/knowledge/mtrag-un"
MIGRATIONS = ROOT / "services/responder/migrations"
# Chunks looked at for ten articles.
_RANKS = 30
_SECONDS = 60.0  # nobody waits
_NAMES = UUID("5f0cbb4e-6c0b-4f57-9a15-0f0c3cf1a6d1")


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions with an answer: rightly, wrongly answered; without one: answered all the same."""

    answerable: int
    right: int
    wrong: int
    unanswerable: int
    let_through: int
    separation: float  # AUC of the evidence: 1 where every answerable question has more of it

    @property
    def right_share(self) -> float:
        return self.right / self.answerable

    @property
    def let_through_share(self) -> float:
        return self.let_through / self.unanswerable


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of questions with a known passage at rank 1, up to 5, and the mean reciprocal rank."""

    questions: int
    hit_1: float
    hit_5: float
    reciprocal_rank: float


def article_id(name: str) -> UUID:
    return uuid5(_NAMES, name)


def demo_articles() -> list[Article]:
    return [_demo_article(path) for path in sorted(ARTICLES.glob("*.md"))]


def rows(path: Path, split: str | None = None) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if split in (None, row.get("split"))]


async def publish(
    pool: Pool, encoder: Encoder, tenant_id: str, articles: Iterable[Article]
) -> None:
    """As `KnowledgeService.CreateArticle` does it."""
    for article in articles:
        passages = await encoded(encoder, article)
        async with pool.transaction(tenant_id) as connection:
            store = ArticleStore(connection, tenant_id)
            kept = await store.add(article)
            await store.replace_chunks(kept, passages)


async def measure_demo(
    finder: Finder, tenant_id: str, questions: Sequence[dict[str, Any]]
) -> Answered:
    """What the embedded tier alone would do with each question."""
    right = wrong = through = 0
    evidence: dict[bool, list[float]] = {True: [], False: []}
    for row in questions:
        hits = (await finder.find(tenant_id, [row["question"]], [])).hits
        evidence[bool(row["article"])].append(hits[0].evidence if hits else 0.0)
        if not hits or hits[0].evidence < grounding.DEFAULT_THRESHOLD:
            continue
        is_right = row["article"] and hits[0].passage.article_id == article_id(row["article"])
        right += bool(is_right)
        wrong += bool(row["article"]) and not is_right
        through += not row["article"]
    answerable = sum(1 for row in questions if row["article"])
    unanswerable = len(questions) - answerable
    auc = separation(evidence[True], evidence[False])
    return Answered(answerable, right, wrong, unanswerable, through, auc)


@dataclass(frozen=True, slots=True)
class Both:
    """Turns of two questions: both answered rightly, one rightly, one wrongly, so many searched."""

    pairs: int
    both: int
    wrongly: int


async def measure_two_at_once(
    finder: Finder, tenant_id: str, questions: Sequence[dict[str, Any]]
) -> Both:
    """Each question and the next one that another article answers, in one message."""
    asked = [row for row in questions if row["article"] and row["question"].endswith("?")]
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(asked)
        if one["article"] != other["article"]
    ]
    both = wrongly = 0
    for one, other in pairs:
        turn = a_question(f"{one['question']} {other['question']}", tenant_id=tenant_id)
        found, _ = await gathered(finder, turn, _SECONDS)
        wanted = {article_id(one["article"]), article_id(other["article"])}
        led = {hit.passage.article_id for _, hit in found.answers}
        both += led == wanted
        wrongly += not led <= wanted
    return Both(len(pairs), both, wrongly)


def separation(above: Sequence[float], below: Sequence[float]) -> float:
    """AUC: how often one of the first has more than one of the second; half for a tie."""
    pairs = [(a > b) + (a == b) / 2 for a in above for b in below]
    return sum(pairs) / len(pairs) if pairs else 1.0


async def measure_mtrag(finder: Finder, tenant_id: str, split: str, domain: str = "") -> Found:
    """hit@k over questions with a known passage; an article counts where its first chunk stands."""
    ranks: list[int] = []
    for row in rows(MTRAG / "questions.jsonl", split):
        if row["answerability"] not in ("answerable", "partial") or not row["gold"]:
            continue
        if domain not in ("", row["domain"]):
            continue
        said = [turn["text"] for turn in row["turns"] if turn["role"] == "customer"]
        hits = (await finder.find(tenant_id, said[-1:], said[:-1], limit=_RANKS)).hits
        found = list(dict.fromkeys(hit.passage.article_id for hit in hits))
        gold = {article_id(name) for name in row["gold"]}
        ranks.append(next((n for n, found_id in enumerate(found[:10], 1) if found_id in gold), 0))
    return Found(
        len(ranks),
        sum(rank == 1 for rank in ranks) / len(ranks),
        sum(1 <= rank <= 5 for rank in ranks) / len(ranks),  # noqa: PLR2004  # hit@5
        sum(1 / rank for rank in ranks if rank) / len(ranks),
    )


def mtrag_articles(domain: str = "") -> list[Article]:
    """All of them, or those of one domain."""
    return [
        _article(row["id"], row["title"], row["text"], "en")
        for row in rows(MTRAG / "passages.jsonl")
        if domain in ("", row["domain"])
    ]


def _demo_article(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    said = yaml.safe_load(front)
    return _article(said["slug"], said["title"], body, said["language"])


def _article(name: str, title: str, body: str, language: str) -> Article:
    return Article(
        *(article_id(name), title, body, language, "", name, Status.PUBLISHED, 1),
        updated_at=datetime.now(UTC),
    )


async def main(arguments: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", fsync=False)
        postgres.start()
        try:
            await migrate(postgres.url, "responder", MIGRATIONS)
            async with open_pool(postgres.url, schema="responder", role="responder_app") as pool:
                await _report(pool, with_mtrag="--mtrag" in arguments)
        finally:
            postgres.stop()


async def _report(pool: Pool, *, with_mtrag: bool) -> None:
    encoder = Encoder()
    await publish(pool, encoder, "demo", demo_articles())
    finder = Finder(pool, encoder)
    for split in ("tune", "report", "foreign", "hard"):
        done = await measure_demo(finder, "demo", rows(QUESTIONS, split))
        print(  # noqa: T201  # its result
            f"demo {split:7}  answered rightly {done.right}/{done.answerable}"
            f" ({done.right_share:.0%}), wrongly {done.wrong};"
            f" answered without an answer {done.let_through}/{done.unanswerable};"
            f" AUC {done.separation:.2f}"
        )
        pairs = await measure_two_at_once(finder, "demo", rows(QUESTIONS, split))
        print(  # noqa: T201  # its result
            f"two at once   both answered {pairs.both}/{pairs.pairs}, one wrongly {pairs.wrongly}"
        )
    if with_mtrag:
        await publish(pool, encoder, "mtrag", mtrag_articles())
        for split in ("tune", "report"):
            seen = await measure_mtrag(finder, "mtrag", split)
            print(  # noqa: T201  # its result
                f"mtrag-un {split:6}  n {seen.questions}  hit@1 {seen.hit_1:.3f}"
                f"  hit@5 {seen.hit_5:.3f}  MRR {seen.reciprocal_rank:.3f}"
            )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
