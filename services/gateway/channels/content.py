"""What goes out beside text; each channel says it in its provider's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a row of a list; its id comes back when it is chosen."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the customer is asked to choose from; `label` opens a list."""

    choices: tuple[Choice, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the provider has approved beforehand."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A file that the provider fetches itself."""

    url: str
    mime_type: str = ""
    file_name: str = ""

    @property
    def kind(self) -> str:
        """`image`, `video`, `audio`; whatever else is a `document`."""
        kind = self.mime_type.partition("/")[0]
        return kind if kind in {"image", "video", "audio"} else "document"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


OutboundContent = Choices | Template | MediaLink | Place
