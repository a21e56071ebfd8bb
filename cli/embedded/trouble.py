"""What can go wrong with an embedded server, in words for who started it."""

from pathlib import Path

_TAIL_BYTES = 2000


class EmbeddedTrouble(Exception):
    """A server of the embedded mesh could not do its work."""


def tail(log: Path) -> str:
    """The last lines of a log, to go with an error."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return f"(no log at {log})"
