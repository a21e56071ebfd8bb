"""What goes out beside text; each channel says it in its provider's words."""

from dataclasses import dataclass

# What both providers show as such (Meta, "Supported media types"); else it is a file to open.
_SHOWN = {
    "image": frozenset({"jpeg", "png"}),
    "video": frozenset({"mp4", "3gpp"}),
    "audio": frozenset({"aac", "amr", "mpeg", "mp4", "ogg"}),
}


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
        """`image`, `video`, `audio`; whatever they would not show is a `document`."""
        kind, _, form = self.mime_type.partition(";")[0].strip().lower().partition("/")
        return kind if form in _SHOWN.get(kind, ()) else "document"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


OutboundContent = Choices | Template | MediaLink | Place
