"""Articles into a tenant's knowledge: safe to repeat, quick when nothing changed."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cli.api import Api, Refused
from cli.articles import Article

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cassava-support.example/demo")
# They are embedded one by one over there; more at once only wait in its queue.
_AT_ONCE = 2
_FIELDS = ("title", "body", "language", "url", "slug")
_BAD_REQUEST = 400


@dataclass
class Imported:
    """`refused` says which and why; the others are there."""

    articles: int
    written: int = 0
    refused: list[str] = field(default_factory=list)


async def import_articles(
    api: Api,
    tenant_id: str,
    articles: Sequence[Article],
    *,
    is_draft: bool = False,
    moves_on: Callable[[], None] = lambda: None,
) -> Imported:
    """Add or change each, `moves_on` after each; one that is refused does not stop the rest."""
    gate, done = asyncio.Semaphore(_AT_ONCE), Imported(len(articles))

    async def put(article: Article) -> None:
        async with gate:
            try:
                is_written = await _put(api, tenant_id, article, is_draft=is_draft)
            except Refused as refused:
                if refused.status != _BAD_REQUEST:
                    raise
                done.refused.append(f"{article.key}: {refused}")
            else:
                done.written += is_written  # never across an await: another may count meanwhile
        moves_on()

    await asyncio.gather(*(put(article) for article in articles))
    return done


async def _put(api: Api, tenant_id: str, article: Article, *, is_draft: bool) -> bool:
    """Whether it was written: the same one again is not."""
    folder = f"/api/v1/tenants/{tenant_id}/articles"
    body = article.as_json() | {"id": str(uuid.uuid5(_SPACE, f"{tenant_id}/{article.key}"))}
    new = body | {"status": "STATUS_DRAFT" if is_draft else "STATUS_PUBLISHED"}
    if await unless_there(api, folder, new):
        return True
    stored = (await api.call("GET", f"{folder}/{body['id']}"))["article"]
    if all(stored.get(name, "") == body[name] for name in _FIELDS):
        return False
    mask = {"update_mask": ",".join(_FIELDS)}
    await api.call("PATCH", f"{folder}/{body['id']}", body, mask)
    return True


async def unless_there(api: Api, path: str, body: dict[str, object]) -> bool:
    """Create it; False when it exists already."""
    try:
        await api.call("POST", path, body)
    except Refused as refused:
        if refused.reason.endswith("_EXISTS"):
            return False
        raise
    return True
