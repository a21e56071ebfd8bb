"""An article: what a tenant knows of one subject, in one language."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from mesh.errors import ChangedMeanwhile, Conflict, NotFound


class ArticleNotFound(NotFound):
    def __init__(self, article_id: UUID) -> None:
        super().__init__(f"no article {article_id}")


class ArticleExists(Conflict):
    def __init__(self, article_id: UUID) -> None:
        super().__init__(f"article {article_id} exists already")


class SlugTaken(Conflict):
    def __init__(self, slug: str, article_id: UUID) -> None:
        super().__init__(
            f"article {article_id} of this language has the slug {slug!r}: change that one, "
            "or choose another slug"
        )
        self.reason = "ARTICLE_EXISTS"


class ArticleChangedMeanwhile(ChangedMeanwhile):
    def __init__(self, article_id: UUID) -> None:
        super().__init__(f"article {article_id} changed since it was read")


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


# PostgreSQL stems these; every other language is searched word by word (`simple`).
CONFIGURATIONS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


@dataclass(frozen=True, slots=True)
class Article:
    id: UUID
    title: str
    body: str
    language: str
    url: str
    slug: str
    status: Status
    version: int
    updated_at: datetime

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    @property
    def is_published(self) -> bool:
        return self.status is Status.PUBLISHED

    @property
    def configuration(self) -> str:
        """The name of PostgreSQL's text search configuration for this language."""
        return CONFIGURATIONS.get(self.language, "simple")

    def changed(self, fields: dict[str, str | Status]) -> "Article":
        """The same article with these fields, one version on."""
        return replace(self, **fields, version=self.version + 1)  # type: ignore[arg-type]  # by name

    def checked(self, etag: str) -> "Article":
        """Raise `ArticleChangedMeanwhile` unless the caller saw this version, or did not say."""
        if etag and etag.strip('"') != str(self.version):
            raise ArticleChangedMeanwhile(self.id)
        return self
